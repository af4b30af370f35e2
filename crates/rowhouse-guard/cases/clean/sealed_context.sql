-- The tenant comes from a signed setting that a definer's function checks with a key the app role cannot read.
-- base: uuid
-- extension: pgcrypto
--- setup
RESET ROLE;
CREATE EXTENSION pgcrypto;
CREATE SCHEMA seal AUTHORIZATION {owner};
CREATE TABLE seal.keys (id integer PRIMARY KEY, key bytea NOT NULL);
INSERT INTO seal.keys VALUES (1, 'secret');
CREATE FUNCTION seal.tenant() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sealed text := current_setting('app.sealed', true);
    tenant text := split_part(sealed, '.', 1);
BEGIN
    IF encode(public.hmac(convert_to(tenant, 'UTF8'), (SELECT key FROM seal.keys WHERE id = 1), 'sha256'), 'hex')
       IS DISTINCT FROM split_part(sealed, '.', 2) THEN
        RETURN NULL;
    END IF;
    RETURN tenant::uuid;
END $$;
GRANT USAGE ON SCHEMA seal TO {app};
SET ROLE {owner};
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id = (SELECT seal.tenant()) AND tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- tenant
SELECT set_config('app.current_tenant_id', '{tenant}', true),
       set_config('app.sealed', '{tenant}.' || encode(hmac('{tenant}', 'secret', 'sha256'), 'hex'), true);
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
