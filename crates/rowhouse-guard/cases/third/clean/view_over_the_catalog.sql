-- Views of the superuser over the catalog and over lookups hold nobody's rows.
-- base: third_fleet
--- setup
RESET ROLE;
CREATE VIEW fleet.schema_version AS SELECT count(*) AS tables, current_setting('server_version') AS server FROM information_schema.tables WHERE table_schema = 'fleet';
CREATE VIEW fleet.maker_names AS SELECT maker FROM fleet.makers ORDER BY 1;
GRANT SELECT ON fleet.schema_version, fleet.maker_names TO {app};
--- exploit
SELECT maker FROM fleet.maker_names WHERE maker = 'courier';
