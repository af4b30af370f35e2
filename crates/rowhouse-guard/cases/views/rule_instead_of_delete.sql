-- A rule on a view empties the table below as its owner.
-- object: public.trash
-- base: integer
--- setup
RESET ROLE;
DROP TABLE order_lines;
CREATE VIEW trash WITH (security_barrier = true) AS
    SELECT id, org_id FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT, DELETE ON trash TO {app};
--- leak
RESET ROLE;
CREATE RULE empty AS ON DELETE TO trash DO INSTEAD DELETE FROM orders;
--- exploit
DELETE FROM trash;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM orders WHERE org_id = {B});
