-- AND binds tighter than OR: the tenant is only compared for drafts.
-- object: public.orders
-- base: integer
--- setup
ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'sent';
--- leak
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app}
    USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer AND status = 'draft' OR status = 'sent');
--- twin
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app}
    USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer AND (status = 'draft' OR status = 'sent'));
--- exploit
SELECT id FROM orders WHERE org_id = {B};
