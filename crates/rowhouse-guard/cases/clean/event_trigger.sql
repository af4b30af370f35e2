-- An event trigger that enables row security on every new table.
-- base: uuid
--- setup
RESET ROLE;
CREATE FUNCTION protect_new_tables() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE made record;
BEGIN
    FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', made.object_identity);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', made.object_identity);
    END LOOP;
END $$;
CREATE EVENT TRIGGER protect ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS') EXECUTE FUNCTION protect_new_tables();
SET ROLE {owner};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
CREATE TABLE notes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body text);
CREATE INDEX ON notes (tenant_id);
CREATE POLICY tenant_isolation ON notes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
INSERT INTO notes VALUES (gen_random_uuid(), '{B}', 'planted');
--- proof
SELECT FROM notes;
