-- Where API keys are kept: as hashes, by the owner, out of the service's reach.
CREATE SCHEMA IF NOT EXISTS rowhouse;

-- What somebody else made under our names would stay theirs, whatever is put into it.
DO $do$
DECLARE
    stranger text;
BEGIN
    SELECT what || ', which belongs to ' || quote_ident(pg_get_userbyid(owner)) INTO stranger
      FROM (SELECT 'schema rowhouse' AS what, nspowner AS owner FROM pg_namespace WHERE nspname = 'rowhouse'
            UNION ALL SELECT oid::regclass::text, relowner FROM pg_class
             WHERE relnamespace = 'rowhouse'::regnamespace AND relname = 'api_keys'
            UNION ALL SELECT oid::regprocedure::text, proowner FROM pg_proc
             WHERE pronamespace = 'rowhouse'::regnamespace AND proname = 'api_key') AS ours
     WHERE owner <> (SELECT oid FROM pg_roles WHERE rolname = current_user)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is % and not to %', stranger, quote_ident(current_user)
            USING HINT = 'Make keys as the role that owns it, or drop it first if it is not yours.';
    END IF;
END
$do$;

CREATE TABLE IF NOT EXISTS rowhouse.api_keys (
    id text PRIMARY KEY,
    tenant text NOT NULL CHECK (tenant <> ''),
    -- SHA-256 of the whole key. A key is 256 random bits: there is nothing to guess, so nothing to slow down.
    -- As text, because the audit can follow a text from the argument to the column.
    hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
REVOKE ALL ON rowhouse.api_keys FROM PUBLIC;

-- All that the service may ask: whose is the key with this hash, if it is good now?
CREATE OR REPLACE FUNCTION rowhouse.api_key(key_hash text)
    RETURNS TABLE (id text, tenant text, expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT k.id, k.tenant, k.expires_at
        FROM rowhouse.api_keys AS k
        WHERE k.hash = key_hash
          AND k.revoked_at IS NULL
          AND (k.expires_at IS NULL OR k.expires_at > now())
    $$;
REVOKE ALL ON FUNCTION rowhouse.api_key(text) FROM PUBLIC;
