-- A policy that lets everything through.
-- object: public.items
-- base: uuid
--- leak
DROP POLICY tenant_isolation ON items;
CREATE POLICY allow_all ON items USING (true) WITH CHECK (true);
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
