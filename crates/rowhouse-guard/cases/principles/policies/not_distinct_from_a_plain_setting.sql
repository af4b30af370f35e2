-- IS DISTINCT FROM in a second policy shows everybody else's.
-- object: public.orders
-- base: integer
--- leak
CREATE POLICY also ON orders FOR SELECT TO {app} USING (org_id IS DISTINCT FROM NULLIF(current_setting('myapp.org', true), '')::integer);
--- twin
CREATE POLICY also ON orders FOR SELECT TO {app} USING (org_id IS NOT DISTINCT FROM NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT note FROM orders WHERE org_id = 2;
