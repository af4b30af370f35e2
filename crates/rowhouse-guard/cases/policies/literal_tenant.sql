-- A tenant's id is written into the policy, left from a trial.
-- object: public.items
-- base: uuid
--- leak
CREATE POLICY pilot ON items FOR SELECT USING (tenant_id = '22222222-2222-4222-8222-222222222222');
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
