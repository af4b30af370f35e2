-- A view of a superuser over an invoker's view: that one asks for the rights of who is connected, whoever owns the outer.
-- base: uuid
--- setup
RESET ROLE;
CREATE VIEW item_base WITH (security_invoker = true) AS SELECT * FROM items;
CREATE VIEW item_report AS SELECT id, tenant_id, title FROM item_base;
GRANT SELECT ON item_report TO {app};
--- exploit
SELECT id FROM item_report WHERE tenant_id = '{B}';
