-- A definer function that builds its order from a list of its own and binds the rest.
-- base: projects
--- setup
RESET ROLE;
CREATE FUNCTION page_of_files(p_sort text, p_limit integer) RETURNS TABLE (id uuid, name text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT f.id, f.name FROM files f WHERE f.org_id = $1 ORDER BY %I LIMIT $2', CASE p_sort WHEN 'name' THEN 'name' ELSE 'id' END)
        USING current_setting('app.org_id')::uuid, least(p_limit, 100);
END $$;
--- exploit
SELECT name FROM page_of_files('name', 10) WHERE name = 'b.pdf';
