-- A leaf is granted for bulk loading and carries the floor itself.
-- base: third_fleet
--- setup
GRANT USAGE ON SCHEMA fleet_parts TO {app};
ALTER TABLE fleet_parts.readings_2023 ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet_parts.readings_2023 FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON fleet_parts.readings_2023 USING (true);
CREATE POLICY floor ON fleet_parts.readings_2023 AS RESTRICTIVE USING (customer_code = current_setting('fleet.customer', true));
GRANT SELECT, INSERT ON fleet_parts.readings_2023 TO {app};
--- exploit
SELECT position FROM fleet_parts.readings_2023 WHERE customer_code = 'courier';
