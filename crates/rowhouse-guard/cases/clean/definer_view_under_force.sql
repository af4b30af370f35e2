-- A view of the owner, for whom row security is forced and the policy holds as well.
-- base: uuid
--- setup
CREATE VIEW item_comments AS
    SELECT i.tenant_id, i.title, c.body FROM items i JOIN comments c ON c.tenant_id = i.tenant_id AND c.item_id = i.id;
GRANT SELECT ON item_comments TO {app};
--- exploit
SELECT title FROM item_comments WHERE tenant_id = '{B}';
