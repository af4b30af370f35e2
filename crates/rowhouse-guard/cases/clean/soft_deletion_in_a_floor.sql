-- Rows that were deleted softly are hidden by a restrictive policy, from their own tenant too.
-- base: projects
--- setup
ALTER TABLE projects ADD COLUMN deleted_at timestamptz;
CREATE POLICY live ON projects AS RESTRICTIVE FOR SELECT USING (deleted_at IS NULL OR current_setting('app.show_deleted', true) = 'on');
CREATE INDEX ON projects (org_id) WHERE deleted_at IS NULL;
--- exploit
SELECT set_config('app.show_deleted', 'on', true);
SELECT name FROM projects WHERE org_id = '{B}';
