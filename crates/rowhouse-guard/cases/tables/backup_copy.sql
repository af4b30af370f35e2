-- A copy made before a migration, without a key and without row security.
-- object: public.items_backup_20250101
-- base: uuid
--- setup
RESET ROLE;
CREATE TABLE items_backup_20250101 AS SELECT * FROM items;
ALTER TABLE items_backup_20250101 OWNER TO {owner};
--- leak
GRANT SELECT ON items_backup_20250101 TO {app};
--- exploit
SELECT id FROM items_backup_20250101 WHERE tenant_id = '{B}';
