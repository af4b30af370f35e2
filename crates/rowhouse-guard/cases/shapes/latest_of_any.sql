-- Each own order with the latest one for the same article, found by a lateral query that does not ask whose it is.
-- object: public.same_article
-- base: integer
--- setup
RESET ROLE;
INSERT INTO order_lines (org_id, order_id, sku, quantity) VALUES (2, 3, 'anvil', 77);
--- leak
RESET ROLE;
CREATE VIEW same_article WITH (security_barrier) AS
    SELECT l.sku, latest.quantity FROM order_lines l
    CROSS JOIN LATERAL (SELECT o.quantity FROM order_lines o WHERE o.sku = l.sku ORDER BY o.id DESC LIMIT 1) latest
    WHERE l.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON same_article TO {app};
--- twin
RESET ROLE;
CREATE VIEW same_article WITH (security_barrier) AS
    SELECT l.sku, latest.quantity FROM order_lines l
    CROSS JOIN LATERAL (
        SELECT o.quantity FROM order_lines o WHERE o.sku = l.sku AND o.org_id = l.org_id ORDER BY o.id DESC LIMIT 1
    ) latest
    WHERE l.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON same_article TO {app};
--- exploit
SELECT FROM same_article WHERE quantity = 77;
