-- uuid tenants in public, the setting cast in a sub-select, composite foreign keys.
-- a: 11111111-1111-4111-8111-111111111111
-- b: 22222222-2222-4222-8222-222222222222
--- setup
CREATE TABLE tenants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL
);
CREATE TABLE items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    title text NOT NULL,
    secret text,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id)
);
CREATE TABLE comments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    item_id uuid NOT NULL,
    body text NOT NULL,
    FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id)
);
CREATE INDEX ON comments (tenant_id, item_id);
CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);

INSERT INTO tenants VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO items (id, tenant_id, title, secret) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', '{A}', 'anvil', 'a-secret'),
    ('bbbbbbbb-0000-4000-8000-000000000001', '{B}', 'bolt', 'b-secret'),
    ('bbbbbbbb-0000-4000-8000-000000000002', '{B}', 'brace', 'b-secret');
INSERT INTO comments (tenant_id, item_id, body) VALUES
    ('{A}', 'aaaaaaaa-0000-4000-8000-000000000001', 'of a'),
    ('{B}', 'bbbbbbbb-0000-4000-8000-000000000001', 'of b');
INSERT INTO countries VALUES ('NL', 'Netherlands'), ('NO', 'Norway');

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
ALTER TABLE comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE comments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenants
    USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant_isolation ON items
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant_isolation ON comments
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));

GRANT SELECT ON tenants, countries TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON items, comments TO {app};
--- tenant
SELECT set_config('app.current_tenant_id', '{tenant}', true);
--- own
SELECT FROM items;
