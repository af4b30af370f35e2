-- A statement trigger copies whole transition tables to a readable table.
-- object: telemetry.device_history
-- base: metrics
--- setup
RESET ROLE; CREATE TABLE telemetry.device_history (LIKE telemetry.devices);
CREATE FUNCTION telemetry.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = telemetry, pg_temp AS $$ BEGIN INSERT INTO telemetry.device_history SELECT * FROM gone; RETURN NULL; END $$;
CREATE TRIGGER keep AFTER DELETE ON telemetry.devices REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION telemetry.keep();
--- leak
RESET ROLE; GRANT SELECT ON telemetry.device_history TO {ingest};
--- victim
DELETE FROM telemetry.devices;
--- exploit
SELECT FROM telemetry.device_history WHERE account_id = 8;
