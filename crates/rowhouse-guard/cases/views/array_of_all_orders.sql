-- An owner's view shows its tenant's rows, and beside them one of an array of everybody's.
-- object: public.shown
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW shown WITH (security_barrier = true) AS
    SELECT id, number, (ARRAY(SELECT o.number FROM orders o ORDER BY o.id DESC))[1] AS other
      FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON shown TO {app};
--- twin
RESET ROLE;
CREATE VIEW shown WITH (security_barrier = true, security_invoker = true) AS
    SELECT id, number, (ARRAY(SELECT o.number FROM orders o ORDER BY o.id DESC))[1] AS other
      FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON shown TO {app};
--- exploit
SELECT * FROM shown WHERE other LIKE 'B-%';
