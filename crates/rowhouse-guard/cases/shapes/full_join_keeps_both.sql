-- The tenant's filter stands in the condition of a full join, which keeps the rows of either side that it does not match.
-- object: public.lines_and_orders
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW lines_and_orders WITH (security_barrier) AS
    SELECT o.number, l.sku FROM orders o
    FULL JOIN order_lines l ON l.order_id = o.id AND l.org_id = o.org_id
        AND o.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON lines_and_orders TO {app};
--- twin
RESET ROLE;
CREATE VIEW lines_and_orders WITH (security_barrier) AS
    SELECT o.number, l.sku
    FROM (SELECT * FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer) o
    FULL JOIN (SELECT * FROM order_lines WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer) l
        ON l.order_id = o.id;
GRANT SELECT ON lines_and_orders TO {app};
--- exploit
SELECT FROM lines_and_orders WHERE number = 'B-1' OR sku = 'bolt';
