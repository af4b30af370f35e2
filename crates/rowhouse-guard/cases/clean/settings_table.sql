-- Feature flags for all tenants, which the app role only reads.
-- base: other-schema
--- setup
CREATE TABLE crm.feature_flags (name text PRIMARY KEY, enabled boolean NOT NULL DEFAULT false);
CREATE TABLE crm.app_settings (id boolean PRIMARY KEY DEFAULT true CHECK (id), maintenance boolean NOT NULL DEFAULT false);
INSERT INTO crm.feature_flags VALUES ('search', true);
INSERT INTO crm.app_settings DEFAULT VALUES;
GRANT SELECT ON crm.feature_flags, crm.app_settings TO {app};
--- exploit
SELECT id FROM crm.tickets WHERE workspace_id = {B};
