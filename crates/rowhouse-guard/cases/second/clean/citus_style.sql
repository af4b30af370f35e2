-- Bare settings, composite keys, tables co-located by tenant.
-- base: empty
-- login: campaign_app
-- a: 1
-- b: 2
--- setup
CREATE TABLE companies (id bigint PRIMARY KEY, name text); CREATE TABLE campaigns (id bigserial, company_id bigint NOT NULL REFERENCES companies (id), name text, PRIMARY KEY (id, company_id));
CREATE TABLE ads (id bigserial, company_id bigint NOT NULL, campaign_id bigint NOT NULL, PRIMARY KEY (id, company_id), FOREIGN KEY (campaign_id, company_id) REFERENCES campaigns (id, company_id));
INSERT INTO companies VALUES (1, 'a'), (2, 'b'); INSERT INTO campaigns (company_id, name) VALUES (1, 'a'), (2, 'b'); INSERT INTO ads (company_id, campaign_id) VALUES (1, 1), (2, 2);
ALTER TABLE companies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE campaigns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE ads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY c ON companies USING (id = current_setting('citus.company_id')::bigint); CREATE POLICY c ON campaigns USING (company_id = current_setting('citus.company_id')::bigint); CREATE POLICY c ON ads USING (company_id = current_setting('citus.company_id')::bigint);
GRANT SELECT ON companies TO {campaign_app}; GRANT SELECT, INSERT, UPDATE, DELETE ON campaigns, ads TO {campaign_app}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {campaign_app};
--- tenant
SELECT set_config('citus.company_id', '{tenant}', true);
--- own
SELECT FROM ads;
--- exploit
SELECT FROM ads WHERE company_id = 2;
