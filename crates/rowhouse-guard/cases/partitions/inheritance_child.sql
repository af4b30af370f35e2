-- A table that inherits is queried through its parent under the parent's policy, and by itself under none.
-- object: public.archived_items
-- base: uuid
--- setup
CREATE TABLE archived_items () INHERITS (items);
ALTER TABLE archived_items ADD FOREIGN KEY (tenant_id) REFERENCES tenants;
CREATE INDEX ON archived_items (tenant_id);
INSERT INTO archived_items (tenant_id, title) VALUES ('{B}', 'archived of b');
--- leak
GRANT SELECT ON archived_items TO {app};
--- exploit
SELECT id FROM archived_items WHERE tenant_id = '{B}';
