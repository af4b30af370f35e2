-- LOCAL checks the outer view's condition only; the tenant is in the inner one's.
-- object: public.urgent_orders
-- base: integer
--- setup
RESET ROLE;
CREATE VIEW my_orders WITH (security_barrier = true) AS
    SELECT * FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
--- leak
RESET ROLE;
CREATE VIEW urgent_orders WITH (security_barrier = true) AS SELECT * FROM my_orders WHERE total > 0 WITH LOCAL CHECK OPTION;
GRANT SELECT, INSERT ON urgent_orders TO {app};
--- twin
RESET ROLE;
CREATE VIEW urgent_orders WITH (security_barrier = true) AS SELECT * FROM my_orders WHERE total > 0 WITH CASCADED CHECK OPTION;
GRANT SELECT, INSERT ON urgent_orders TO {app};
--- exploit
INSERT INTO urgent_orders (org_id, number, total) VALUES ({B}, 'planted', 5);
--- proof
SELECT FROM orders WHERE org_id = {B} AND number = 'planted';
