-- A definer function of the owner's over forced tables.
-- base: ledger
--- setup
CREATE FUNCTION billing.open_total() RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = billing, pg_temp AS 'SELECT sum(total) FROM billing.invoices';
--- exploit
SELECT WHERE billing.open_total() > 10;
