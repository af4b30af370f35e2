-- Someone wrote the floor for the trailers without AS RESTRICTIVE.
-- object: fleet.trailers
-- base: third_fleet
--- setup
CREATE TABLE fleet.trailers (customer_code varchar(40) NOT NULL REFERENCES fleet.customers, plate text NOT NULL, axles smallint, PRIMARY KEY (customer_code, plate));
INSERT INTO fleet.trailers VALUES ('{A}', 'A-1', 2), ('{B}', 'B-1', 3);
ALTER TABLE fleet.trailers ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.trailers FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON fleet.trailers USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON fleet.trailers TO {app};
--- leak
CREATE POLICY floor ON fleet.trailers USING (customer_code = current_setting('fleet.customer', true));
--- twin
CREATE POLICY floor ON fleet.trailers AS RESTRICTIVE USING (customer_code = current_setting('fleet.customer', true));
--- exploit
SELECT axles FROM fleet.trailers WHERE customer_code = '{B}';
