-- Flags without an organization are shown to all, which is right for the service's defaults and wrong for rows that lost
-- their tenant; the database does not say which they are.
-- object: public.feature_flags
-- base: projects
-- level: note
--- setup
CREATE TABLE feature_flags (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid REFERENCES orgs,
    name text NOT NULL,
    enabled boolean NOT NULL DEFAULT false,
    UNIQUE (org_id, name)
);
INSERT INTO feature_flags (org_id, name) VALUES (NULL, 'beta'), ('{A}', 'beta'), ('{B}', 'beta');
ALTER TABLE feature_flags ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org_add ON feature_flags FOR INSERT WITH CHECK (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_edit ON feature_flags FOR UPDATE USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT, UPDATE ON feature_flags TO {app};
--- leak
CREATE POLICY org_read ON feature_flags FOR SELECT USING (org_id IS NULL OR org_id = (SELECT current_setting('app.org_id')::uuid));
--- twin
CREATE POLICY org_read ON feature_flags FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid));
--- exploit
SELECT name FROM feature_flags WHERE org_id IS NULL;
