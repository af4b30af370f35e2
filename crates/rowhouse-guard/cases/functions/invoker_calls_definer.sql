-- Only an invoker's function is granted to be called, but PUBLIC has the definer's it calls.
-- object: public.raw_documents()
-- base: text
--- setup
RESET ROLE;
CREATE FUNCTION raw_documents() RETURNS SETOF documents LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ SELECT * FROM documents $$;
CREATE FUNCTION my_documents() RETURNS SETOF documents LANGUAGE sql STABLE
    AS $$ SELECT * FROM raw_documents() WHERE account_id = current_setting('app.tenant') $$;
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION raw_documents() SECURITY INVOKER;
--- exploit
SELECT id FROM raw_documents() WHERE account_id = '{B}';
