-- The caller says which row, whoever's it is.
-- object: public.get_document(uuid)
-- base: text
--- leak
RESET ROLE;
CREATE FUNCTION get_document(wanted uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT body FROM documents WHERE id = wanted $$;
--- twin
RESET ROLE;
CREATE FUNCTION get_document(wanted uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT body FROM documents WHERE id = wanted AND account_id = NULLIF(current_setting('app.tenant', true), '') $$;
--- exploit
SELECT WHERE get_document('bbbbbbbb-0000-4000-8000-000000000001') = 'of b';
