-- Default privileges that give what an application needs and no more.
-- base: shop
--- setup
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web}; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {web};
CREATE TABLE payments (id bigserial PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies, cents integer); ALTER TABLE payments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_isolation ON payments TO {web} USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint);
--- exploit
SELECT FROM payments WHERE company_id = 202;
