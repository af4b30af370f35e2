-- A second permissive policy is for a group the app role inherits.
-- object: public.orders
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {reporting} NOLOGIN;
GRANT {reporting} TO {app};
CREATE ROLE {auditors} NOLOGIN;
--- leak
CREATE POLICY orders_report ON orders FOR SELECT TO {reporting} USING (true);
--- twin
CREATE POLICY orders_report ON orders FOR SELECT TO {auditors} USING (true);
--- exploit
SELECT id FROM orders WHERE org_id = {B};
