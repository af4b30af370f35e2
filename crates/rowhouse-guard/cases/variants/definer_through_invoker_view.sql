-- A definer function reads an invoker view as its owner.
-- object: public.recent()
-- base: uuid
--- setup
RESET ROLE; CREATE VIEW recent_items WITH (security_invoker) AS SELECT * FROM items; CREATE FUNCTION recent() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT title FROM recent_items $$;
--- leak
SELECT 1;
--- twin
RESET ROLE; ALTER FUNCTION recent() SECURITY INVOKER; GRANT SELECT ON recent_items TO {app};
--- exploit
SELECT FROM recent() r WHERE r = 'bolt';
