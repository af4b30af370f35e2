-- What a sealed database needs. Run as the role that owns the tenants' tables; it changes no policy.
CREATE SCHEMA IF NOT EXISTS rowhouse;

CREATE TABLE IF NOT EXISTS rowhouse.seal_keys (
    -- Version and purpose, and eight digits.
    id text PRIMARY KEY CHECK (id ~ '^1t[0-9a-f]{8}$'),
    -- What HMAC hashes in front of a message: the key, and what is fixed for it.
    inner_prefix bytea NOT NULL,
    outer_prefix bytea NOT NULL,
    setting text NOT NULL,
    tenant_type text NOT NULL,
    claims text[] NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    not_after timestamptz NOT NULL DEFAULT 'infinity'
);
COMMENT ON TABLE rowhouse.seal_keys IS
    'Keys that seals of tenants are checked with. Whoever can read this can act as any tenant.';

-- Default privileges may have given it to others.
DO $do$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class AS c, aclexplode(c.relacl) AS a
         WHERE c.oid = 'rowhouse.seal_keys'::regclass AND a.grantee <> c.relowner
    LOOP
        EXECUTE 'REVOKE ALL ON TABLE rowhouse.seal_keys FROM ' || grantee;
    END LOOP;
END
$do$;

CREATE OR REPLACE FUNCTION rowhouse.tenant() RETURNS {type}
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
    AS $seal${tenant}$seal$;

CREATE OR REPLACE FUNCTION rowhouse.claim(name text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $seal${claim}$seal$;

CREATE OR REPLACE FUNCTION rowhouse.new_seal_key(setting text, tenant_type text, claims text[]) RETURNS text
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $seal${new_key}$seal$;

REVOKE ALL ON FUNCTION rowhouse.tenant(), rowhouse.claim(text), rowhouse.new_seal_key(text, text, text[]) FROM PUBLIC;
