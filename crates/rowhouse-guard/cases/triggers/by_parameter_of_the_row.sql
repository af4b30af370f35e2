-- A table of commands: what the app role writes into it is done for whatever tenant it names.
-- object: public.run_job()
-- object: public.jobs
-- base: uuid
--- setup
CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    item_id uuid NOT NULL
);
CREATE INDEX ON jobs (tenant_id);
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON jobs USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT ON jobs TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION run_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN UPDATE items SET title = 'done' WHERE id = NEW.item_id; RETURN NULL; END $$;
CREATE TRIGGER run AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION run_job();
--- twin
RESET ROLE;
CREATE FUNCTION run_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN UPDATE items SET title = 'done' WHERE id = NEW.item_id AND tenant_id = NEW.tenant_id; RETURN NULL; END $$;
CREATE TRIGGER run AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION run_job();
--- exploit
INSERT INTO jobs (tenant_id, item_id) VALUES ('{A}', 'bbbbbbbb-0000-4000-8000-000000000001');
--- proof
SELECT FROM items WHERE tenant_id = '{B}' AND title = 'done';
