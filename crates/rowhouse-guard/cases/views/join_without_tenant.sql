-- The view filters one table and joins the other without its tenant.
-- object: public.item_comments
-- base: uuid
--- leak
RESET ROLE;
CREATE VIEW item_comments WITH (security_barrier = true) AS
    SELECT i.title, c.body FROM items i CROSS JOIN comments c
    WHERE i.tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid);
GRANT SELECT ON item_comments TO {app};
--- twin
RESET ROLE;
CREATE VIEW item_comments WITH (security_barrier = true) AS
    SELECT i.title, c.body FROM items i JOIN comments c ON c.tenant_id = i.tenant_id AND c.item_id = i.id
    WHERE i.tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid);
GRANT SELECT ON item_comments TO {app};
--- exploit
SELECT body FROM item_comments WHERE body = 'of b';
