-- Shared with whoever is listed, and the list is not checked.
-- object: public.items
-- base: uuid
--- setup
RESET ROLE; ALTER TABLE items ADD COLUMN shared_with uuid[] NOT NULL DEFAULT '{}';UPDATE items SET shared_with = ARRAY[tenant_id, '{A}'::uuid];
--- leak
ALTER POLICY tenant_isolation ON items USING (cardinality(shared_with) > 0);
--- twin
SELECT 1;
--- exploit
SELECT FROM items WHERE tenant_id = '{B}';
