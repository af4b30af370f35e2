-- A report over all tenants is granted to the group of analysts, and the service was put into it.
-- object: public.all_orders
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {analysts} NOLOGIN;
CREATE ROLE {quant} LOGIN;
GRANT {analysts} TO {quant};
CREATE VIEW all_orders AS SELECT * FROM orders;
GRANT SELECT ON all_orders TO {analysts};
--- leak
RESET ROLE;
GRANT {analysts} TO {app};
--- twin
SELECT 1;
--- exploit
SELECT note FROM all_orders WHERE org_id = 2;
