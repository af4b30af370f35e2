-- The policy reads the tenant from the client's own JSON, not from the column.
-- object: public.files
-- base: projects
--- leak
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id = (SELECT current_setting('app.org_id')::uuid))
    WITH CHECK (meta ->> 'org' = current_setting('app.org_id'));
--- exploit
WITH put AS (SELECT 1) SELECT FROM put;
INSERT INTO files (org_id, name, meta) VALUES ('{B}', 'planted', jsonb_build_object('org', '{A}'));
SELECT 1;
