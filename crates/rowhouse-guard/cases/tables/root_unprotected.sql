-- The table of tenants itself is open: every customer's name is there.
-- object: public.tenants
-- base: uuid
--- leak
ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT name FROM tenants WHERE id = '{B}';
