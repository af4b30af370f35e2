-- A view ranks before it filters: the place of a tenant's own order says how many others have larger ones.
-- object: public.order_ranks
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW order_ranks WITH (security_barrier) AS
    SELECT ranked.number, ranked.place
    FROM (SELECT org_id, number, rank() OVER (ORDER BY total DESC) AS place FROM orders) ranked
    WHERE ranked.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON order_ranks TO {app};
--- twin
RESET ROLE;
CREATE VIEW order_ranks WITH (security_barrier) AS
    SELECT ranked.number, ranked.place
    FROM (SELECT org_id, number, rank() OVER (PARTITION BY org_id ORDER BY total DESC) AS place FROM orders) ranked
    WHERE ranked.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON order_ranks TO {app};
--- exploit
SELECT FROM order_ranks WHERE place > 1;
