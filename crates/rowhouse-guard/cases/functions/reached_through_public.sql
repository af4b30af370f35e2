-- The app role was never granted the function; PUBLIC has EXECUTE by default.
-- object: public.admin_totals()
-- base: per-command
--- setup
RESET ROLE;
CREATE FUNCTION admin_totals() RETURNS TABLE (company integer, amount numeric) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT company_id, sum(amount) FROM invoices GROUP BY 1 $$;
--- leak
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION admin_totals() FROM PUBLIC;
--- exploit
SELECT amount FROM admin_totals() WHERE company = {B};
