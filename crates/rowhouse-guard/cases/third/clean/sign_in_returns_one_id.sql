-- Before there is a tenant, a definer function turns name and secret into one tenant id.
-- base: third_django
--- setup
RESET ROLE;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE TABLE api_key (digest bytea PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants_tenant, created timestamptz DEFAULT now());
INSERT INTO api_key VALUES (digest('key-a', 'sha256'), 7), (digest('key-b', 'sha256'), 8);
CREATE FUNCTION tenant_for_key(key text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id FROM api_key WHERE digest = digest(key, 'sha256') $$;
REVOKE EXECUTE ON FUNCTION tenant_for_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_for_key(text) TO {app};
--- exploit
SELECT tenant_id FROM api_key;
