-- A definer function that reads the tenant into a variable first.
-- base: ledger
--- setup
RESET ROLE; CREATE FUNCTION billing.my_total() RETURNS numeric LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = billing, pg_temp AS $$
DECLARE t text := core.tenant_slug(); n numeric; BEGIN SELECT sum(total) INTO n FROM billing.invoices i WHERE i.tenant_slug = t; RETURN n; END $$;
--- exploit
SELECT WHERE billing.my_total() > 10;
