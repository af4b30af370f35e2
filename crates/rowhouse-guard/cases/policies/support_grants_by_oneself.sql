-- Support may look into an organization that granted it, and the grants are written by whoever asks.
-- object: public.support_grants
-- object: public.files
-- base: projects
--- setup
CREATE TABLE support_grants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, staff text NOT NULL, until timestamptz NOT NULL
);
CREATE INDEX ON support_grants (org_id);
ALTER TABLE support_grants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON support_grants TO {app};
--- leak
CREATE POLICY mine ON support_grants USING (staff = current_setting('app.staff', true));
CREATE POLICY support ON files FOR SELECT USING (EXISTS (
    SELECT FROM support_grants g WHERE g.org_id = files.org_id AND g.staff = current_setting('app.staff', true) AND g.until > now()));
--- twin
CREATE POLICY mine ON support_grants USING (org_id = (SELECT current_setting('app.org_id')::uuid) AND staff = current_setting('app.staff', true));
--- exploit
SELECT set_config('app.staff', 'eve', true);
INSERT INTO support_grants (org_id, staff, until) VALUES ('{B}', 'eve', now() + interval '1 hour');
SELECT name FROM files WHERE org_id = '{B}';
