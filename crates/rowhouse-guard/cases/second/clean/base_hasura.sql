-- Session variables as JSON.
-- base: hasura
--- exploit
SELECT FROM app.audit_log WHERE organization_id = 6;
