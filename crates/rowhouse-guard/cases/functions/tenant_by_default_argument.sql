-- The tenant is an argument with a default: right when left out, anybody's when given.
-- object: public.documents_of(text)
-- base: text
--- leak
RESET ROLE;
CREATE FUNCTION documents_of(tenant text DEFAULT current_setting('app.tenant')) RETURNS SETOF documents
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM documents WHERE account_id = tenant $$;
--- twin
RESET ROLE;
CREATE FUNCTION documents_of(tenant text DEFAULT current_setting('app.tenant')) RETURNS SETOF documents
    LANGUAGE sql STABLE SECURITY INVOKER SET search_path = public, pg_temp
    AS $$ SELECT * FROM documents WHERE account_id = tenant $$;
--- exploit
SELECT id FROM documents_of('bolt');
