-- The tenant of a session's secret, or the one that a plain setting names.
-- object: public.memo
-- base: empty
--- setup
CREATE TABLE tenant (id uuid PRIMARY KEY, title text NOT NULL);
CREATE TABLE signed_in (secret text PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant);
CREATE TABLE memo (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenant, line text NOT NULL);
CREATE INDEX ON memo (tenant_id);
INSERT INTO tenant VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO signed_in VALUES ('secret of {A}', '{A}'), ('secret of {B}', '{B}');
INSERT INTO memo (tenant_id, line) VALUES ('{A}', 'of a'), ('{B}', 'of b');
CREATE FUNCTION whose() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT s.tenant_id FROM public.signed_in s WHERE s.secret = current_setting('memo.secret', true) $$;
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
ALTER TABLE memo ENABLE ROW LEVEL SECURITY;
ALTER TABLE memo FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenant FOR SELECT USING (id = (SELECT whose()));
GRANT SELECT ON tenant, memo TO {app};
--- leak
CREATE POLICY own ON memo USING (tenant_id = COALESCE(NULLIF(current_setting('memo.tenant', true), '')::uuid, (SELECT whose())));
--- twin
CREATE POLICY own ON memo USING (tenant_id = (SELECT whose()));
--- tenant
SELECT set_config('memo.secret', 'secret of {tenant}', true);
--- own
SELECT FROM memo;
--- exploit
SELECT set_config('memo.tenant', '{B}', true);
SELECT line FROM memo WHERE tenant_id = '{B}';
