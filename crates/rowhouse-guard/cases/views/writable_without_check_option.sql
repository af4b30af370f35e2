-- Rows of any tenant can be put in through a view that filters what it shows.
-- object: public.my_orders
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW my_orders WITH (security_barrier = true) AS
    SELECT * FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT, INSERT, UPDATE ON my_orders TO {app};
--- twin
RESET ROLE;
CREATE VIEW my_orders WITH (security_barrier = true, check_option = cascaded) AS
    SELECT * FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT, INSERT, UPDATE ON my_orders TO {app};
--- exploit
INSERT INTO my_orders (org_id, number) VALUES ({B}, 'planted');
--- proof
SELECT FROM orders WHERE org_id = {B} AND number = 'planted';
