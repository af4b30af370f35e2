-- GRANT ALL on a table: TRUNCATE asks no policy.
-- object: fleet.geofences
-- base: third_fleet
--- setup
CREATE TABLE fleet.geofences (
    customer_code varchar(40) NOT NULL REFERENCES fleet.customers, name text NOT NULL, area box NOT NULL,
    PRIMARY KEY (customer_code, name)
);
INSERT INTO fleet.geofences VALUES ('{A}', 'yard', '(1,1),(0,0)'), ('{B}', 'depot', '(2,2),(1,1)');
ALTER TABLE fleet.geofences ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.geofences FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON fleet.geofences USING (true);
CREATE POLICY floor ON fleet.geofences AS RESTRICTIVE USING (customer_code = current_setting('fleet.customer', true));
--- leak
GRANT ALL ON fleet.geofences TO {app};
--- twin
GRANT SELECT, INSERT, UPDATE, DELETE ON fleet.geofences TO {app};
--- exploit
TRUNCATE fleet.geofences;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM fleet.geofences WHERE customer_code = '{B}');
