-- A definer's trigger writes a log that has the tenant and is protected by it.
-- base: integer
--- setup
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org_id integer NOT NULL REFERENCES organizations,
    at timestamptz NOT NULL DEFAULT now(),
    action text NOT NULL,
    row_before jsonb,
    row_after jsonb
);
CREATE INDEX ON audit_log (org_id, at);
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_log_read ON audit_log FOR SELECT TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
RESET ROLE;
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.audit_log (org_id, action, row_before, row_after)
        VALUES (COALESCE(NEW.org_id, OLD.org_id), TG_OP, to_jsonb(OLD), to_jsonb(NEW));
    RETURN COALESCE(NEW, OLD);
END $$;
REVOKE EXECUTE ON FUNCTION log_change() FROM PUBLIC;
CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
SET ROLE {owner};
GRANT SELECT ON audit_log TO {app};
--- victim
INSERT INTO orders (org_id, number) VALUES (2, 'B-9');
--- exploit
SELECT id FROM audit_log;
