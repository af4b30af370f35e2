-- Nobody granted the copy to the app role: default privileges did.
-- object: public.orders_old
-- base: integer
--- leak
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {app};
CREATE TABLE orders_old (LIKE orders INCLUDING DEFAULTS);
INSERT INTO orders_old (id, org_id, number) VALUES (2, 2, 'B-1');
--- twin
CREATE TABLE orders_old (LIKE orders INCLUDING DEFAULTS);
INSERT INTO orders_old (id, org_id, number) VALUES (2, 2, 'B-1');
--- exploit
SELECT number FROM orders_old WHERE org_id = {B};
