-- The app role may switch foreign keys and triggers off, and so refer to another tenant's row.
-- object: role:{app}
-- base: integer
-- refused: 23503
--- leak
RESET ROLE;
GRANT SET ON PARAMETER session_replication_role TO {app};
--- exploit
SET LOCAL session_replication_role = replica;
INSERT INTO order_lines (org_id, order_id, sku, quantity) VALUES (1, 2, 'grafted', 1);
--- operator
RESET ROLE;
REVOKE SET ON PARAMETER session_replication_role FROM {app};
--- proof
SELECT FROM order_lines WHERE sku = 'grafted' AND org_id = 1;
