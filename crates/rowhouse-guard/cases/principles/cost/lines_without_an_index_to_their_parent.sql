-- The policy looks the parent up by a foreign key that no index serves.
-- object: public.receipts
-- level: note
-- base: integer
--- setup
CREATE TABLE receipts (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id integer NOT NULL REFERENCES orders (id), line text NOT NULL);
ALTER TABLE receipts ENABLE ROW LEVEL SECURITY;
ALTER TABLE receipts FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON receipts TO {app} USING (EXISTS (SELECT 1 FROM orders o WHERE o.id = receipts.order_id));
GRANT SELECT ON receipts TO {app};
--- leak
SELECT 1;
--- twin
CREATE INDEX ON receipts (order_id);
