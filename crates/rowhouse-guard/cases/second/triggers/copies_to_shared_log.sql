-- A trigger writes every change, of all tenants, to a log that all can read.
-- object: public.change_log
-- base: wiki
--- setup
RESET ROLE; CREATE TABLE change_log (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), op text, row_data jsonb);
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN INSERT INTO change_log (op, row_data) VALUES (TG_OP, to_jsonb(NEW)); RETURN NEW; END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION log_change();
--- leak
RESET ROLE; GRANT SELECT ON change_log TO {backend};
--- victim
INSERT INTO documents (workspace_id, title) VALUES ('{B}', 'secret plan');
--- exploit
SELECT FROM change_log WHERE row_data ->> 'title' = 'secret plan';
