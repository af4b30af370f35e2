-- The history that a trigger keeps of a protected table is shown to the app without protection.
-- object: public.notes_history
-- base: third_members
--- setup
CREATE TABLE notes_history (LIKE notes, version bigint GENERATED ALWAYS AS IDENTITY, valid_to timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON notes_history (org_id);
CREATE FUNCTION private.keep_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN INSERT INTO public.notes_history VALUES (OLD.*); RETURN NULL; END $$;
CREATE TRIGGER keep AFTER UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE FUNCTION private.keep_note();
ALTER TABLE notes_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Own history" ON notes_history FOR SELECT TO {authenticated} USING (org_id = (SELECT auth.org_id()));
GRANT SELECT ON notes_history TO {authenticated};
--- leak
ALTER TABLE notes_history DISABLE ROW LEVEL SECURITY;
--- victim
UPDATE notes SET archived = true WHERE org_id = '{B}';
--- exploit
SELECT body FROM notes_history WHERE org_id = '{B}';
