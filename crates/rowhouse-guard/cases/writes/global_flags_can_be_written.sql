-- Flags without an organization are the service's defaults, and any organization may change them by a blind UPDATE.
-- object: public.feature_flags
-- base: projects
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
CREATE POLICY org_read ON feature_flags FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_add ON feature_flags FOR INSERT WITH CHECK (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_edit ON feature_flags FOR UPDATE USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT, UPDATE ON feature_flags TO {app};
--- leak
DROP POLICY org_edit ON feature_flags;
CREATE POLICY org_edit ON feature_flags FOR UPDATE
    USING (org_id IS NULL OR org_id = (SELECT current_setting('app.org_id')::uuid));
--- exploit
UPDATE feature_flags SET enabled = true;
--- proof
SELECT FROM feature_flags WHERE org_id IS NULL AND enabled;
