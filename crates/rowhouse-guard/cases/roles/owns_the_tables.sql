-- The app role owns a table; FORCE or not, it can switch row security off.
-- object: public.items
-- object: role:{app}
-- base: uuid
--- leak
RESET ROLE;
ALTER TABLE items OWNER TO {app};
--- exploit
ALTER TABLE items DISABLE ROW LEVEL SECURITY;
SELECT id FROM items WHERE tenant_id = '{B}';
