-- Ids come from a sequence, and whoever inserts may name one: a tenant takes those to come, and the others' inserts fail.
-- object: public.orders
-- base: integer
-- level: note
-- refused: 428C9
--- leak
SELECT 1;
--- twin
ALTER TABLE orders ALTER COLUMN id SET GENERATED ALWAYS;
--- exploit
INSERT INTO orders (id, org_id, number) SELECT id, {A}, 'taken ' || id FROM generate_series(101, 200) id;
--- victim
DO $$
BEGIN
    INSERT INTO orders (org_id, number) VALUES ({B}, 'B-new');
EXCEPTION WHEN unique_violation THEN
    NULL;
END $$;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM orders WHERE number = 'B-new');
