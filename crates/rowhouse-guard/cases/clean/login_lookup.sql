-- Before the tenant is known, a definer function finds it by the hash of an API key and returns one id.
-- base: uuid
--- setup
CREATE TABLE api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    hash bytea NOT NULL
);
CREATE INDEX ON api_keys (tenant_id);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash);
INSERT INTO api_keys (tenant_id, hash) VALUES ('{A}', sha256('key of a')), ('{B}', sha256('key of b'));
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
RESET ROLE;
CREATE FUNCTION tenant_of_key(key text) RETURNS uuid LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$ SELECT k.tenant_id FROM public.api_keys k WHERE k.hash = sha256(convert_to(key, 'UTF8')) LIMIT 1 $$;
REVOKE EXECUTE ON FUNCTION tenant_of_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_key(text) TO {app};
--- exploit
SELECT WHERE tenant_of_key('a guess') IS NOT NULL;
