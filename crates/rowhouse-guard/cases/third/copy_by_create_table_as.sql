-- An export made of all tenants' items, without the tenant.
-- object: public.items_export
-- base: uuid
--- setup
RESET ROLE; CREATE TABLE items_export AS SELECT id, title FROM items; ALTER TABLE items_export OWNER TO {owner};
--- leak
GRANT SELECT ON items_export TO {app};
--- twin
SELECT 1;
--- exploit
SELECT FROM items_export WHERE title = 'bolt';
