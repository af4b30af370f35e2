-- A definer's trigger copies each row to a table that all tenants read.
-- object: public.activity
-- base: uuid
--- setup
CREATE TABLE activity (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text NOT NULL);
CREATE FUNCTION note_activity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN INSERT INTO activity (what) VALUES (NEW.title); RETURN NULL; END $$;
REVOKE EXECUTE ON FUNCTION note_activity() FROM PUBLIC;
CREATE TRIGGER activity AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION note_activity();
--- leak
GRANT SELECT ON activity TO {app};
--- victim
INSERT INTO items (tenant_id, title) VALUES ('{B}', 'secret of b');
--- exploit
SELECT what FROM activity WHERE what = 'secret of b';
