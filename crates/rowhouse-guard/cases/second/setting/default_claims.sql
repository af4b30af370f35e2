-- Default claims on the authenticator.
-- object: role:{authenticator}
-- base: supa
-- tenant: none
--- leak
RESET ROLE; ALTER ROLE {authenticator} SET request.jwt.claims = '{"app_metadata": {"org_id": "0b0b0b0b-0000-4000-8000-000000000000"}}';
--- exploit
SET ROLE {authenticated}; SELECT FROM boards WHERE org_id = '{B}';
