-- The app role created the schema, so it owns it: who owns a schema may drop whatever stands in it.
-- object: schema:fleet
-- object: role:{app}
-- base: third_fleet
--- leak
RESET ROLE;
ALTER SCHEMA fleet OWNER TO {app};
--- exploit
DROP TABLE fleet.readings;
--- proof
SELECT WHERE to_regclass('fleet.readings') IS NULL;
