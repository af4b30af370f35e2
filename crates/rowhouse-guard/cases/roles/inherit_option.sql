-- From 16 the membership's own INHERIT counts, not the role's NOINHERIT.
-- object: role:{app}
-- base: integer
-- server: 16+
--- setup
RESET ROLE;
ALTER ROLE {app} NOINHERIT;
--- leak
RESET ROLE;
GRANT {owner} TO {app} WITH INHERIT TRUE, SET FALSE;
--- twin
RESET ROLE;
GRANT {owner} TO {app} WITH INHERIT FALSE, SET FALSE;
--- exploit
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
SELECT id FROM orders WHERE org_id = {B};
