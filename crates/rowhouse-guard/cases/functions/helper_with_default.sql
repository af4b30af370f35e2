-- The policy's helper has a tenant for those who have none.
-- object: public.tenant()
-- object: public.documents
-- base: text
-- tenant: none
--- setup
DROP POLICY own ON documents;
--- leak
CREATE FUNCTION tenant() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT COALESCE(NULLIF(current_setting('app.tenant', true), ''), 'bolt') $$;
CREATE POLICY own ON documents USING (account_id = (SELECT tenant()));
--- twin
CREATE FUNCTION tenant() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT COALESCE(NULLIF(current_setting('app.tenant', true), ''), NULL) $$;
CREATE POLICY own ON documents USING (account_id = (SELECT tenant()));
--- exploit
SELECT id FROM documents WHERE account_id = 'bolt';
