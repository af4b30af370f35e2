-- Definer functions that read and write what the app role cannot, each bound to the tenant of the setting.
-- base: third_django
--- setup
RESET ROLE;
CREATE TABLE secret_note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants_tenant, body text NOT NULL);
INSERT INTO secret_note (tenant_id, body) VALUES (7, 'of a'), (8, 'secret of b');
CREATE FUNCTION my_secrets() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT body FROM secret_note WHERE tenant_id = NULLIF(current_setting('django.tenant', true), '')::bigint $$;
CREATE FUNCTION drop_secret(note bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM secret_note s WHERE s.id = note AND s.tenant_id = NULLIF(current_setting('django.tenant', true), '')::bigint;
    RETURN FOUND;
END $$;
--- exploit
SELECT my_secrets FROM my_secrets() WHERE my_secrets = 'secret of b';
