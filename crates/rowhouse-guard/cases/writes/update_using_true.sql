-- Other tenants' rows can be taken over by an UPDATE that needs to read nothing.
-- object: public.orders
-- base: integer
--- setup
DROP TABLE order_lines;
DROP POLICY orders_own ON orders;
CREATE POLICY orders_add ON orders FOR INSERT TO {app}
    WITH CHECK (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
CREATE POLICY orders_read ON orders FOR SELECT TO {app}
    USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
CREATE POLICY orders_remove ON orders FOR DELETE TO {app}
    USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- leak
CREATE POLICY orders_change ON orders FOR UPDATE TO {app} USING (true);
--- twin
CREATE POLICY orders_change ON orders FOR UPDATE TO {app}
    USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
UPDATE orders SET note = 'scribbled by a';
--- proof
SELECT FROM orders WHERE org_id = {B} AND note = 'scribbled by a';
