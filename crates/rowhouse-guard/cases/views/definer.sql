-- A view runs as its owner, and this owner is above row security.
-- object: public.item_titles
-- base: uuid
--- leak
RESET ROLE;
CREATE VIEW item_titles AS SELECT id, tenant_id, title FROM items;
GRANT SELECT ON item_titles TO {app};
--- twin
RESET ROLE;
CREATE VIEW item_titles WITH (security_invoker = true) AS SELECT id, tenant_id, title FROM items;
GRANT SELECT ON item_titles TO {app};
--- exploit
SELECT id FROM item_titles WHERE tenant_id = '{B}';
