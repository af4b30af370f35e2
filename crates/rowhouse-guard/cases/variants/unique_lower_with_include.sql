-- The tenant is only included, not part of the key.
-- object: public.items
-- base: uuid
--- leak
RESET ROLE; CREATE UNIQUE INDEX ON items (title) INCLUDE (tenant_id);
--- twin
RESET ROLE; CREATE UNIQUE INDEX ON items (tenant_id, title);
--- exploit
WITH g AS (INSERT INTO items (tenant_id, title) VALUES ('{A}', 'bolt') ON CONFLICT DO NOTHING RETURNING 1) SELECT WHERE NOT EXISTS (SELECT FROM g);
