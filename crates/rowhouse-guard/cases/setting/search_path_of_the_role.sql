-- The app role's search_path begins with a schema of unprotected copies.
-- object: legacy.orders
-- base: integer
--- setup
CREATE SCHEMA legacy;
CREATE TABLE legacy.orders (id integer, org_id integer, number text);
INSERT INTO legacy.orders VALUES (1, 1, 'A-1'), (2, 2, 'B-1');
RESET ROLE;
ALTER ROLE {app} SET search_path = legacy, public;
--- leak
GRANT USAGE ON SCHEMA legacy TO {app};
GRANT SELECT ON legacy.orders TO {app};
--- exploit
SELECT id FROM orders WHERE org_id = {B};
