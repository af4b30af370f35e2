-- (a <> b) IS NOT TRUE holds for equal tenants, and for a missing setting.
-- object: public.documents
-- base: text
-- tenant: none
--- leak
CREATE POLICY also ON documents FOR SELECT USING ((account_id <> NULLIF(current_setting('app.tenant', true), '')) IS NOT TRUE);
--- twin
CREATE POLICY also ON documents FOR SELECT USING ((account_id <> NULLIF(current_setting('app.tenant', true), '')) IS FALSE);
--- exploit
SELECT body FROM documents WHERE account_id = 'bolt';
