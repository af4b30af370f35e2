-- The app role has a default tenant, so a forgotten one is someone's.
-- object: role:{app}
-- base: integer
-- tenant: none
--- leak
RESET ROLE;
ALTER ROLE {app} SET myapp.org = '2';
--- exploit
SELECT id FROM orders WHERE org_id = {B};
