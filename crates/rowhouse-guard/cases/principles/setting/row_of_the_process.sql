-- The tenant stands in a row for the server's process; with the transaction's number beside it, it ends with it.
-- object: public.whose()
-- base: uuid
-- tenant: none
--- setup
CREATE UNLOGGED TABLE told (process integer PRIMARY KEY, transaction bigint, tenant_id uuid NOT NULL);
CREATE TABLE letters (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, line text NOT NULL);
CREATE INDEX ON letters (tenant_id);
RESET ROLE;
INSERT INTO letters (tenant_id, line) VALUES ('{A}', 'of a'), ('{B}', 'of b');
SET ROLE {owner};
CREATE FUNCTION tell(wanted uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM told WHERE process = pg_backend_pid();
    INSERT INTO told VALUES (pg_backend_pid(), txid_current(), wanted);
END $$;
ALTER TABLE letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE letters FORCE ROW LEVEL SECURITY;
GRANT SELECT ON letters TO {app};
--- leak
CREATE FUNCTION whose() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id FROM told WHERE process = pg_backend_pid() $$;
CREATE POLICY own ON letters USING (tenant_id = (SELECT whose()));
--- twin
CREATE FUNCTION whose() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id FROM told WHERE process = pg_backend_pid() AND transaction = txid_current_if_assigned() $$;
CREATE POLICY own ON letters USING (tenant_id = (SELECT whose()));
--- exploit
BEGIN;
SELECT tell('{B}');
COMMIT;
--- exploit
SELECT line FROM letters WHERE tenant_id = '{B}';
