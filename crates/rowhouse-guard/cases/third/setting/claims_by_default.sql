-- Default claims on the role that PostgREST logs in as, to make the API answer before tokens were in use.
-- object: role:{authenticator}
-- base: third_members
-- tenant: none
--- leak
RESET ROLE;
ALTER ROLE {authenticator} SET request.jwt.claims = '{"app_metadata": {"org_id": "00000000-bbbb-4000-8000-000000000002"}}';
--- exploit
SET ROLE {authenticated};
SELECT body FROM notes WHERE org_id = '{B}';
