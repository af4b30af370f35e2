-- EXISTS over a UNION, where the intersection was meant.
-- object: public.audit_log
-- base: projects
--- setup
DROP POLICY org_read ON audit_log;
--- leak
CREATE POLICY org_read ON audit_log FOR SELECT USING (EXISTS (SELECT org_id UNION SELECT current_setting('app.org_id')::uuid));
--- twin
CREATE POLICY org_read ON audit_log FOR SELECT USING (EXISTS (SELECT org_id INTERSECT SELECT current_setting('app.org_id')::uuid));
--- exploit
SELECT what FROM audit_log WHERE org_id = '{B}';
