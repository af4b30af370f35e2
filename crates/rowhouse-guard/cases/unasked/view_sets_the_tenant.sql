-- A view begins by setting the tenant to one that is written there: whoever reads it goes on as that tenant.
-- object: public.all_numbers
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW all_numbers WITH (security_invoker = true, security_barrier = true) AS
    SELECT set_config('myapp.org', '{B}', true) AS s, id, number FROM orders;
GRANT SELECT ON all_numbers TO {app};
--- twin
RESET ROLE;
CREATE VIEW all_numbers WITH (security_invoker = true, security_barrier = true) AS
    SELECT set_config('myapp.mode', 'list', true) AS s, id, number FROM orders;
GRANT SELECT ON all_numbers TO {app};
--- exploit
SELECT count(s) FROM all_numbers;
SELECT * FROM orders WHERE org_id = {B};
