-- The log of all changes holds the rows as JSON, and any tenant can read it.
-- object: public.audit_log
-- base: uuid
--- setup
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    what jsonb NOT NULL
);
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN INSERT INTO audit_log (what) VALUES (to_jsonb(NEW)); RETURN NULL; END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION log_change();
--- leak
GRANT SELECT ON audit_log TO {app};
--- victim
INSERT INTO items (tenant_id, title) VALUES ('{B}', 'secret of b');
--- exploit
SELECT what FROM audit_log WHERE what ->> 'title' = 'secret of b';
