-- A leaf two levels down, in the schema of the partitions, was granted for a fast path of the importer.
-- object: fleet_parts.readings_2023
-- base: third_fleet
--- setup
GRANT USAGE ON SCHEMA fleet_parts TO {app};
--- leak
GRANT SELECT ON fleet_parts.readings_2023 TO {app};
--- exploit
SELECT position FROM fleet_parts.readings_2023 WHERE customer_code = '{B}';
