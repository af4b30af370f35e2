-- Rows that go along with another have a trigger that sets the tenant: to delete one's own row is enough.
-- object: public.order_lines
-- object: public.orders
-- base: integer
--- setup
REVOKE INSERT, UPDATE, DELETE ON order_lines FROM {app};
CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$;
CREATE TRIGGER gone BEFORE DELETE ON order_lines FOR EACH ROW EXECUTE FUNCTION gone();
--- leak
CREATE OR REPLACE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('myapp.org', '{B}', true); RETURN OLD; END $$;
--- twin
SELECT 1;
--- exploit
DELETE FROM orders WHERE id = 1;
SELECT * FROM orders WHERE org_id = {B};
