-- The app role has BYPASSRLS.
-- object: role:{app}
-- base: integer
--- leak
RESET ROLE;
ALTER ROLE {app} BYPASSRLS;
--- exploit
SELECT id FROM orders WHERE org_id = {B};
