-- A definer's trigger of a superuser changes rows of all tenants.
-- object: public.orders
-- object: public.renumber()
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION renumber() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE orders SET note = NEW.note WHERE number = NEW.sku;
    RETURN NULL;
END $$;
CREATE TRIGGER renumber AFTER INSERT ON order_lines FOR EACH ROW EXECUTE FUNCTION renumber();
--- setup
ALTER TABLE order_lines ADD COLUMN note text;
--- twin
RESET ROLE;
CREATE FUNCTION renumber() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE orders SET note = NEW.note WHERE number = NEW.sku AND org_id = NEW.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER renumber AFTER INSERT ON order_lines FOR EACH ROW EXECUTE FUNCTION renumber();
--- exploit
INSERT INTO order_lines (org_id, order_id, sku, quantity, note) VALUES (1, 1, 'B-1', 1, 'by a');
--- proof
SELECT FROM orders WHERE org_id = {B} AND note = 'by a';
