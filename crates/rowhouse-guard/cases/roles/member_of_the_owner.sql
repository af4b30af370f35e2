-- The app role inherits from the owner of the tables.
-- object: role:{app}
-- object: public.orders
-- base: integer
--- leak
RESET ROLE;
GRANT {owner} TO {app};
--- exploit
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
SELECT id FROM orders WHERE org_id = {B};
