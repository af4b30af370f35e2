-- INHERIT FALSE alone does not close the door to the exporter, SET FALSE does.
-- object: role:{app}
-- server: 16+
-- base: third_facade
--- setup
RESET ROLE;
CREATE ROLE {exporter} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA core TO {exporter};
GRANT SELECT ON core.wallet TO {exporter};
--- leak
RESET ROLE;
GRANT {exporter} TO {app} WITH INHERIT FALSE, SET TRUE;
--- twin
RESET ROLE;
GRANT {exporter} TO {app} WITH INHERIT FALSE, SET FALSE;
--- exploit
SET LOCAL ROLE {exporter};
SELECT holder FROM core.wallet WHERE org = '{B}';
