-- A partition that had its own grants and leaned on the policy of its parent was detached for archiving.
-- object: fleet.trips_2022
-- base: third_fleet
--- setup
CREATE TABLE fleet.trips (customer_code varchar(40) NOT NULL, started date NOT NULL, route text) PARTITION BY RANGE (started);
CREATE TABLE fleet.trips_2022 PARTITION OF fleet.trips FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE fleet.trips_2023 PARTITION OF fleet.trips FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
INSERT INTO fleet.trips VALUES ('{A}', '2022-01-01', 'of a'), ('{B}', '2022-01-01', 'secret of b');
ALTER TABLE fleet.trips ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.trips FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON fleet.trips USING (customer_code = current_setting('fleet.customer', true));
GRANT SELECT, INSERT ON fleet.trips TO {app};
ALTER TABLE fleet.trips DETACH PARTITION fleet.trips_2022;
GRANT SELECT ON fleet.trips_2022 TO {app};
--- leak
--- twin
ALTER TABLE fleet.trips_2022 ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.trips_2022 FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON fleet.trips_2022 USING (customer_code = current_setting('fleet.customer', true));
--- exploit
SELECT route FROM fleet.trips_2022 WHERE customer_code = '{B}';
