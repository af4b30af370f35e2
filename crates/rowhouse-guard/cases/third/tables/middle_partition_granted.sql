-- Not the leaf and not the root: the partitioned table between them, which has no policies of its own.
-- object: fleet_parts.readings_2024
-- base: third_fleet
--- setup
GRANT USAGE ON SCHEMA fleet_parts TO {app};
GRANT SELECT ON fleet_parts.readings_2024 TO {app};
--- leak
--- twin
ALTER TABLE fleet_parts.readings_2024 ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet_parts.readings_2024 FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON fleet_parts.readings_2024 USING (customer_code = current_setting('fleet.customer', true));
--- exploit
SELECT position FROM fleet_parts.readings_2024 WHERE customer_code = '{B}';
