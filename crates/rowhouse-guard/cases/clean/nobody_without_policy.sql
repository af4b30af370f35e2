-- A table with row security and no policy at all shows nothing to anybody.
-- base: uuid
--- setup
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body text);
CREATE INDEX ON outbox (tenant_id);
INSERT INTO outbox (tenant_id, body) VALUES ('{B}', 'of b');
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
GRANT SELECT ON outbox TO {app};
--- exploit
SELECT id FROM outbox;
