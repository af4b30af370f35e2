-- Deleting one's own row rewrites another tenant's.
-- object: public.watchers
-- base: uuid
-- refused: 23503
--- setup
DROP TABLE comments;
CREATE TABLE watchers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    item_id uuid
);
CREATE INDEX ON watchers (tenant_id, item_id);
ALTER TABLE watchers ENABLE ROW LEVEL SECURITY;
ALTER TABLE watchers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON watchers USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT ON watchers TO {app};
--- leak
RESET ROLE;
ALTER TABLE watchers ADD FOREIGN KEY (item_id) REFERENCES items ON DELETE SET NULL;
INSERT INTO watchers (tenant_id, item_id) VALUES ('{B}', 'aaaaaaaa-0000-4000-8000-000000000001');
--- twin
RESET ROLE;
ALTER TABLE watchers ADD FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id) ON DELETE SET NULL (item_id);
INSERT INTO watchers (tenant_id, item_id) VALUES ('{B}', 'bbbbbbbb-0000-4000-8000-000000000001');
--- exploit
DELETE FROM items;
--- proof
SELECT FROM watchers WHERE tenant_id = '{B}' AND item_id IS NULL;
