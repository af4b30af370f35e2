-- The service may build tables of its own in a schema of its own, which no definer function looks into.
-- base: third_session
--- setup
RESET ROLE;
CREATE SCHEMA scratch;
GRANT USAGE, CREATE ON SCHEMA scratch TO {app};
--- exploit
CREATE TABLE scratch.notes (line text);
SELECT name FROM crm.contact WHERE tenant_id = 2;
