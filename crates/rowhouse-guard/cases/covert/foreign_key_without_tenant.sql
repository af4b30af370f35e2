-- A reference may point at another tenant's row, and whether it does is told by success or failure.
-- object: public.likes
-- base: uuid
-- refused: 23503
--- setup
CREATE TABLE likes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    item_id uuid NOT NULL
);
CREATE INDEX ON likes (tenant_id, item_id);
ALTER TABLE likes ENABLE ROW LEVEL SECURITY;
ALTER TABLE likes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON likes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT ON likes TO {app};
--- leak
RESET ROLE;
ALTER TABLE likes ADD FOREIGN KEY (item_id) REFERENCES items (id);
--- twin
RESET ROLE;
ALTER TABLE likes ADD FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id);
--- exploit
INSERT INTO likes (tenant_id, item_id) VALUES ('{A}', 'bbbbbbbb-0000-4000-8000-000000000001') RETURNING id;
