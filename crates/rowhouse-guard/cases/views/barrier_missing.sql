-- A view with a filter of its own, but no barrier: a cheap function of the caller's sees the rows first.
-- object: public.my_items
-- base: uuid
--- leak
RESET ROLE;
CREATE VIEW my_items AS
    SELECT id, tenant_id, title FROM items
    WHERE tenant_id::text = (SELECT current_setting('app.current_tenant_id'));
GRANT SELECT ON my_items TO {app};
--- twin
RESET ROLE;
CREATE VIEW my_items WITH (security_barrier = true) AS
    SELECT id, tenant_id, title FROM items
    WHERE tenant_id::text = (SELECT current_setting('app.current_tenant_id'));
GRANT SELECT ON my_items TO {app};
--- exploit
CREATE TEMP TABLE seen (title text);
CREATE FUNCTION pg_temp.peek(title text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
    AS $$ BEGIN INSERT INTO pg_temp.seen VALUES (title); RETURN true; END $$;
SELECT count(*) FROM my_items WHERE pg_temp.peek(title);
SELECT title FROM seen WHERE title = 'bolt';
