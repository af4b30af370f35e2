-- A report with a grand total: the line above the tenants' own is the sum of everybody.
-- object: public.sales
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW sales WITH (security_barrier) AS
    SELECT summed.org_id, summed.total
    FROM (SELECT org_id, sum(total) AS total FROM orders GROUP BY ROLLUP (org_id)) summed
    WHERE summed.org_id = NULLIF(current_setting('myapp.org', true), '')::integer OR summed.org_id IS NULL;
GRANT SELECT ON sales TO {app};
--- twin
RESET ROLE;
CREATE VIEW sales WITH (security_barrier) AS
    SELECT org_id, sum(total) AS total FROM orders
    WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer
    GROUP BY ROLLUP (org_id);
GRANT SELECT ON sales TO {app};
--- exploit
SELECT FROM sales WHERE total > 10;
