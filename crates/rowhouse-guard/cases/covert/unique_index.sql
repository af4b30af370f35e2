-- A unique index, not a constraint.
-- object: public.orders
-- base: integer
--- leak
CREATE UNIQUE INDEX orders_number ON orders (number);
--- twin
CREATE UNIQUE INDEX orders_number ON orders (number, org_id);
--- exploit
WITH guess AS (INSERT INTO orders (org_id, number) VALUES ({A}, 'B-1') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
