-- A comparison of rows, greater or equal where equal was meant.
-- object: public.audit_log
-- base: projects
--- leak
DROP POLICY org_read ON audit_log;
CREATE POLICY org_read ON audit_log FOR SELECT
    USING ((org_id, at) >= ((SELECT current_setting('app.org_id')::uuid), '-infinity'::timestamptz));
--- twin
DROP POLICY org_read ON audit_log;
CREATE POLICY org_read ON audit_log FOR SELECT
    USING ((org_id, at > '-infinity'::timestamptz) = ((SELECT current_setting('app.org_id')::uuid), true));
--- exploit
SELECT what FROM audit_log WHERE org_id = '{B}';
