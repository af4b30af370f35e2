-- A definer function that counts the caller's tenant's rows, with a fixed path and no EXECUTE for the public.
-- base: billing
--- setup
RESET ROLE;
CREATE FUNCTION billing.open_total() RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT coalesce(sum(i.total), 0) FROM billing.invoices i WHERE i.state = 'open' AND i.customer_id = current_setting('billing.customer')::bigint $$;
REVOKE EXECUTE ON FUNCTION billing.open_total FROM PUBLIC;
GRANT EXECUTE ON FUNCTION billing.open_total TO {billing_rw};
--- exploit
SELECT 1 WHERE billing.open_total() > 10;
