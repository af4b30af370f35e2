-- One arm of a UNION filters by tenant, the other was added later and does not.
-- object: public.recent_activity
-- base: projects
--- leak
RESET ROLE;
CREATE VIEW recent_activity WITH (security_barrier) AS
    SELECT 'log' AS kind, what FROM audit_log WHERE org_id = (SELECT current_setting('app.org_id')::uuid)
    UNION ALL SELECT 'file', name FROM files;
GRANT SELECT ON recent_activity TO {app};
--- twin
RESET ROLE;
CREATE VIEW recent_activity WITH (security_barrier) AS
    SELECT 'log' AS kind, what FROM audit_log WHERE org_id = (SELECT current_setting('app.org_id')::uuid)
    UNION ALL SELECT 'file', name FROM files WHERE org_id = (SELECT current_setting('app.org_id')::uuid);
GRANT SELECT ON recent_activity TO {app};
--- exploit
SELECT FROM recent_activity WHERE what = 'b.pdf';
