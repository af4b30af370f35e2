-- A helper puts the setting's name together, and a trigger tells it the tenant's.
-- object: public.orders
-- base: integer
--- setup
CREATE SCHEMA tools;
GRANT USAGE ON SCHEMA tools TO {app};
CREATE FUNCTION tools.remember(key text, value text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN PERFORM set_config('myapp.' || key, value, true); END $$;
CREATE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM tools.remember('last', NEW.number); RETURN NEW; END $$;
CREATE TRIGGER note_order BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_order();
--- leak
CREATE OR REPLACE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM tools.remember('org', NEW.org_id::text); RETURN NEW; END $$;
--- twin
SELECT 1;
--- exploit
INSERT INTO orders (id, org_id, number) VALUES (9001, {B}, 'planted');
SELECT * FROM orders WHERE org_id = {B};
