-- A view that works as its owner shows its tenant's rows and not the tenant. An upsert by a key of all tenants' rows meets
-- another's, of which the view's condition is not asked: it is changed and shown.
-- object: public.my_orders
-- base: integer
--- setup
ALTER TABLE orders ALTER org_id SET DEFAULT NULLIF(current_setting('myapp.org', true), '')::integer;
--- leak
RESET ROLE;
CREATE VIEW my_orders WITH (security_barrier = true) AS
    SELECT id, number, note FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT, INSERT, UPDATE ON my_orders TO {app};
--- twin
RESET ROLE;
CREATE VIEW my_orders WITH (security_barrier = true, check_option = cascaded) AS
    SELECT id, number, note FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT, INSERT, UPDATE ON my_orders TO {app};
--- exploit
INSERT INTO my_orders (id, number) VALUES (2, 'taken') ON CONFLICT (id) DO UPDATE SET number = excluded.number
    RETURNING note;
