-- Three views, the innermost runs as a superuser.
-- object: public.v1
-- object: public.v3
-- base: uuid
--- setup
RESET ROLE; CREATE VIEW v1 AS SELECT * FROM items; CREATE VIEW v2 WITH (security_invoker) AS SELECT * FROM v1; CREATE VIEW v3 WITH (security_invoker) AS SELECT * FROM v2; GRANT SELECT ON v1, v2, v3 TO {app};
--- leak
SELECT 1;
--- twin
RESET ROLE; ALTER VIEW v1 SET (security_invoker);
--- exploit
SELECT FROM v3 WHERE tenant_id = '{B}';
