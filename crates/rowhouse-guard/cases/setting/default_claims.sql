-- The claims of a token as a default.
-- object: role:{app}
-- base: jwt
-- tenant: none
--- leak
RESET ROLE;
ALTER ROLE {app} SET request.jwt.claims = '{"app_metadata":{"tenant_id":"22222222-2222-4222-8222-222222222222"}}';
--- exploit
SELECT id FROM projects WHERE tenant_id = '{B}';
