-- From 16 each membership says whether SET ROLE is allowed.
-- object: role:{app}
-- base: uuid
-- server: 16+
--- setup
RESET ROLE;
CREATE ROLE {batch} BYPASSRLS NOLOGIN;
GRANT SELECT ON items TO {batch};
--- leak
RESET ROLE;
GRANT {batch} TO {app} WITH INHERIT FALSE, SET TRUE;
--- twin
RESET ROLE;
GRANT {batch} TO {app} WITH INHERIT FALSE, SET FALSE;
--- exploit
SET LOCAL ROLE {batch};
SELECT id FROM items WHERE tenant_id = '{B}';
