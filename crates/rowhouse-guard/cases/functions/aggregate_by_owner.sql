-- An aggregate whose last step is a definer's that nobody else may call: the aggregate's owner may, and that is enough.
-- object: public.richest(numeric)
-- object: public.richest_of(numeric)
-- base: per-command
--- setup
CREATE FUNCTION keep_larger(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT greatest(a, b) $$;
--- leak
RESET ROLE;
CREATE FUNCTION richest_of(a numeric) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT max(amount) FROM invoices $$;
REVOKE EXECUTE ON FUNCTION richest_of FROM PUBLIC;
CREATE AGGREGATE richest(numeric) (SFUNC = keep_larger, STYPE = numeric, FINALFUNC = richest_of);
--- twin
RESET ROLE;
CREATE FUNCTION richest_of(a numeric) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT max(amount) FROM invoices $$;
REVOKE EXECUTE ON FUNCTION richest_of FROM PUBLIC;
CREATE AGGREGATE richest(numeric) (SFUNC = keep_larger, STYPE = numeric, FINALFUNC = richest_of);
REVOKE EXECUTE ON FUNCTION richest FROM PUBLIC;
--- exploit
SELECT FROM (SELECT richest(amount) AS most FROM invoices) AS r WHERE most = 30;
