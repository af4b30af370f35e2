-- A folder's ancestors are visible wherever they are, and a folder may be hung under anybody's.
-- object: public.folders
-- object: public.ancestors(uuid)
-- refused: 23503
-- base: projects
--- setup
ALTER TABLE folders DROP CONSTRAINT folders_org_id_parent_id_fkey;
RESET ROLE;
UPDATE folders SET id = 'bbbbbbbb-0000-4000-8000-000000000009' WHERE org_id = '{B}';
CREATE FUNCTION ancestors(org uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE up (id, parent_id) AS (
        SELECT f.id, f.parent_id FROM folders f WHERE f.org_id = org
        UNION SELECT f.id, f.parent_id FROM up JOIN folders f ON f.id = up.parent_id
    ) SELECT id FROM up $$;
SET ROLE {owner};
DROP POLICY org ON folders;
CREATE POLICY org_write ON folders FOR UPDATE USING (org_id = (SELECT current_setting('app.org_id')::uuid));
--- leak
CREATE POLICY org ON folders FOR SELECT USING (id IN (SELECT ancestors((SELECT current_setting('app.org_id')::uuid))));
--- twin
ALTER TABLE folders ADD FOREIGN KEY (org_id, parent_id) REFERENCES folders (org_id, id);
RESET ROLE;
DROP FUNCTION ancestors(uuid);
SET ROLE {owner};
CREATE POLICY org ON folders FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid));
--- exploit
UPDATE folders SET parent_id = 'bbbbbbbb-0000-4000-8000-000000000009' WHERE org_id = '{A}';
SELECT name FROM folders WHERE org_id = '{B}';
