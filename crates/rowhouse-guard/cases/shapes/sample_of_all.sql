-- Examples for the help page, a sample of the orders of all tenants.
-- object: public.examples
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW examples WITH (security_barrier) AS SELECT number, note FROM orders TABLESAMPLE BERNOULLI (100);
GRANT SELECT ON examples TO {app};
--- twin
RESET ROLE;
CREATE VIEW examples WITH (security_barrier) AS
    SELECT number, note FROM orders TABLESAMPLE BERNOULLI (100)
    WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON examples TO {app};
--- exploit
SELECT FROM examples WHERE note = 'of b';
