-- The floor is FOR SELECT, and a DELETE without WHERE reads nothing.
-- object: fleet.vehicle_tags
-- base: third_fleet
--- setup
CREATE TABLE fleet.vehicle_tags (customer_code varchar(40) NOT NULL, vin text NOT NULL, tag text NOT NULL,
    PRIMARY KEY (customer_code, vin, tag), FOREIGN KEY (customer_code, vin) REFERENCES fleet.vehicles);
INSERT INTO fleet.vehicle_tags VALUES ('{A}', 'WVW1', 'old'), ('{B}', 'WDB2', 'new');
ALTER TABLE fleet.vehicle_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.vehicle_tags FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON fleet.vehicle_tags USING (true);
GRANT SELECT, DELETE ON fleet.vehicle_tags TO {app};
--- leak
CREATE POLICY floor ON fleet.vehicle_tags AS RESTRICTIVE FOR SELECT USING (customer_code = current_setting('fleet.customer', true));
--- twin
CREATE POLICY floor ON fleet.vehicle_tags AS RESTRICTIVE FOR ALL USING (customer_code = current_setting('fleet.customer', true));
--- exploit
DELETE FROM fleet.vehicle_tags;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM fleet.vehicle_tags WHERE customer_code = '{B}');
