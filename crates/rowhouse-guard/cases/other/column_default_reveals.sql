-- A default reads the newest row of all tenants as its definer.
-- object: public.next_number()
-- base: per-command
--- leak
RESET ROLE;
CREATE FUNCTION next_number() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT max(number) + 1 FROM invoices $$;
--- twin
RESET ROLE;
CREATE FUNCTION next_number() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT max(number) + 1 FROM invoices WHERE company_id = current_setting('app.company')::integer $$;
ALTER TABLE invoices ALTER number SET DEFAULT next_number();
--- exploit
SELECT WHERE next_number() = 3;
