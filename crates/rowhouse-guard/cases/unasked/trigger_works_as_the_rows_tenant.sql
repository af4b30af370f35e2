-- A trigger sets the tenant to the one of the row that is inserted, so that every row passes the policy's check.
-- object: public.orders
-- base: integer
--- setup
CREATE FUNCTION as_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.number := coalesce(NEW.number, 'none'); RETURN NEW; END $$;
CREATE TRIGGER as_row BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION as_row();
--- leak
CREATE OR REPLACE FUNCTION as_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM set_config('myapp.org', NEW.org_id::text, true); RETURN NEW; END $$;
DROP POLICY IF EXISTS org_isolation ON orders;
--- twin
SELECT 1;
--- exploit
INSERT INTO orders (id, org_id, number) VALUES (9001, {B}, 'planted');
SELECT 1 WHERE current_setting('myapp.org') = '{B}';
