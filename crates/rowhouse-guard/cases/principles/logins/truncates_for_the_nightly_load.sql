-- The loader may empty a table; where the service may, it empties every tenant's.
-- object: public.order_lines
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {loader} LOGIN;
--- leak
RESET ROLE;
GRANT TRUNCATE ON order_lines TO {app};
--- twin
RESET ROLE;
GRANT TRUNCATE ON order_lines TO {loader};
--- exploit
TRUNCATE order_lines;
SELECT 1 WHERE NOT EXISTS (SELECT FROM order_lines);
