-- The rows are one's own, but a sub-query in the list counts all tenants'.
-- object: public.order_overview
-- base: integer
--- leak
RESET ROLE;
CREATE VIEW order_overview WITH (security_barrier = true) AS
    SELECT o.id, o.org_id, (SELECT max(other.note) FROM orders other) AS last_note FROM orders o
    WHERE o.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON order_overview TO {app};
--- twin
RESET ROLE;
CREATE VIEW order_overview WITH (security_barrier = true) AS
    SELECT o.id, o.org_id,
           (SELECT max(other.note) FROM orders other WHERE other.org_id = o.org_id) AS last_note
    FROM orders o
    WHERE o.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON order_overview TO {app};
--- exploit
SELECT id FROM order_overview WHERE last_note = 'of b';
