-- A second permissive policy, meant to narrow, widens.
-- object: public.items
-- base: uuid
--- leak
CREATE POLICY not_deleted ON items USING (title <> 'deleted');
--- twin
CREATE POLICY not_deleted ON items AS RESTRICTIVE USING (title <> 'deleted');
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
