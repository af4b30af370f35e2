-- The helper answers true when something goes wrong.
-- object: public.documents
-- object: public.may_see(uuid)
-- base: wiki
--- leak
CREATE FUNCTION may_see(ws uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN ws = current_setting('wiki.workspace')::uuid; EXCEPTION WHEN others THEN RETURN true; END $$;
ALTER POLICY ws ON documents USING (may_see(workspace_id));
--- twin
CREATE FUNCTION may_see(ws uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN ws = current_setting('wiki.workspace')::uuid; EXCEPTION WHEN others THEN RETURN false; END $$;
ALTER POLICY ws ON documents USING (may_see(workspace_id));
--- exploit
SELECT set_config('wiki.workspace', 'x', true); SELECT FROM documents WHERE workspace_id = '{B}';
