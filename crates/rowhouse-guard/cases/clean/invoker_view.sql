-- Views that run as who asks, one over the other.
-- base: integer
--- setup
CREATE VIEW open_orders WITH (security_invoker = true) AS SELECT * FROM orders WHERE note IS NOT NULL;
CREATE VIEW open_order_lines WITH (security_invoker = true, security_barrier = true) AS
    SELECT l.* FROM order_lines l JOIN open_orders o ON o.org_id = l.org_id AND o.id = l.order_id;
GRANT SELECT, INSERT, UPDATE, DELETE ON open_orders TO {app};
GRANT SELECT ON open_order_lines TO {app};
--- exploit
SELECT id FROM open_orders WHERE org_id = {B} UNION ALL SELECT id FROM open_order_lines WHERE org_id = {B};
