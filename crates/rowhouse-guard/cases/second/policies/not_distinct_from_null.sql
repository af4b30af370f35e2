-- IS NOT DISTINCT FROM with a nullable column: no tenant sees the rows without one.
-- object: public.drafts
-- base: shop
-- tenant: none
--- setup
CREATE TABLE drafts (id bigserial PRIMARY KEY, company_id bigint REFERENCES companies, body text); INSERT INTO drafts (company_id, body) VALUES (NULL, 'imported for b');
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT ON drafts TO {web};
--- leak
CREATE POLICY d ON drafts TO {web} USING (company_id IS NOT DISTINCT FROM nullif(current_setting('rails.company_id', true), '')::bigint);
--- twin
CREATE POLICY d ON drafts TO {web} USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint);
--- exploit
SELECT FROM drafts;
