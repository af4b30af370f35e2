-- A view is written to; the table under it, on which the app role has no right, has a trigger that sets the tenant.
-- object: public.orders
-- object: public.order_form
-- base: integer
--- setup
CREATE FUNCTION as_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER as_row BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION as_row();
RESET ROLE;
CREATE VIEW order_form WITH (security_barrier = true, check_option = cascaded) AS
    SELECT id, org_id, number FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT, INSERT ON order_form TO {app};
REVOKE INSERT, UPDATE ON orders FROM {app};
--- leak
RESET ROLE;
CREATE OR REPLACE FUNCTION as_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('myapp.org', NEW.org_id::text, true); RETURN NEW; END $$;
--- twin
SELECT 1;
--- exploit
INSERT INTO order_form VALUES (9001, {B}, 'planted');
SELECT * FROM orders WHERE org_id = {B};
