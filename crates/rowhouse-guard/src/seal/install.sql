-- What a sealed database needs. Run as the role that owns the tenants' tables; it changes no policy.
CREATE SCHEMA IF NOT EXISTS rowhouse;

-- What somebody else made under our names would stay theirs, whatever is put into it.
DO $do$
DECLARE
    stranger text;
BEGIN
    SELECT what || ', which belongs to ' || quote_ident(pg_get_userbyid(owner)) INTO stranger
      FROM (SELECT 'schema rowhouse' AS what, nspowner AS owner FROM pg_namespace WHERE nspname = 'rowhouse'
            UNION ALL SELECT oid::regclass::text, relowner FROM pg_class WHERE relnamespace = 'rowhouse'::regnamespace
               AND relname IN ('seal_keys', 'plain_policies')
            UNION ALL SELECT oid::regprocedure::text, proowner FROM pg_proc WHERE pronamespace = 'rowhouse'::regnamespace
               AND proname IN ('tenant', 'claim', 'new_seal_key')) AS ours
     WHERE owner <> (SELECT oid FROM pg_roles WHERE rolname = current_user)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is % and not to %', stranger, quote_ident(current_user)
            USING HINT = 'Install the seal as the role that owns it, or drop it first if it is not yours.';
    END IF;
END
$do$;

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
-- The id as a seal has it.
ALTER TABLE rowhouse.seal_keys ADD COLUMN IF NOT EXISTS mark bytea NOT NULL GENERATED ALWAYS AS (CAST(id AS bytea)) STORED;
COMMENT ON TABLE rowhouse.seal_keys IS
    'Keys that seals of tenants are checked with. Whoever can read this can act as any tenant.';

-- The expressions of policies as they were, for the way back.
CREATE TABLE IF NOT EXISTS rowhouse.plain_policies (
    relation text, policy text, using_expression text, check_expression text,
    PRIMARY KEY (relation, policy)
);

-- Default privileges may have given them to others.
DO $do$
DECLARE
    grantee text;
    relation text;
BEGIN
    FOR grantee, relation IN
        SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, c.oid::regclass::text
          FROM pg_class AS c, aclexplode(c.relacl) AS a
         WHERE c.oid IN ('rowhouse.seal_keys'::regclass, 'rowhouse.plain_policies'::regclass) AND a.grantee <> c.relowner
    LOOP
        EXECUTE 'REVOKE ALL ON TABLE ' || relation || ' FROM ' || grantee;
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
    -- With plans made for the values of variables, a logged plan would hold the key.
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    AS $seal${new_key}$seal$;

REVOKE ALL ON FUNCTION rowhouse.tenant(), rowhouse.claim(text), rowhouse.new_seal_key(text, text, text[]) FROM PUBLIC;
