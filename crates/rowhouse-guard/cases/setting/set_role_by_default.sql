-- Every session of the app role begins as another role, that of the nightly jobs.
-- object: role:{app}
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {jobs} NOLOGIN BYPASSRLS;
GRANT SELECT ON items TO {jobs};
--- leak
RESET ROLE;
GRANT {jobs} TO {app};
ALTER ROLE {app} SET role = {jobs};
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
