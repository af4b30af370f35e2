-- An event trigger hands each new table to PUBLIC.
-- object: public.refunds
-- base: integer
--- setup
RESET ROLE;
CREATE FUNCTION hand_out() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE made record;
BEGIN
    FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP
        EXECUTE format('GRANT SELECT ON %s TO PUBLIC', made.object_identity);
    END LOOP;
END $$;
--- leak
RESET ROLE;
CREATE EVENT TRIGGER hand_out ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION hand_out();
SET ROLE {owner};
CREATE TABLE refunds (id integer PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, amount numeric);
CREATE INDEX ON refunds (org_id);
INSERT INTO refunds VALUES (1, 2, 5);
--- twin
CREATE TABLE refunds (id integer PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, amount numeric);
CREATE INDEX ON refunds (org_id);
INSERT INTO refunds VALUES (1, 2, 5);
--- exploit
SELECT amount FROM refunds WHERE org_id = {B};
