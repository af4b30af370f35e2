-- A definer function pastes its argument into ORDER BY, where a sub-select can stand.
-- object: public.sorted_files(text)
-- refused: 42703
-- base: projects
--- leak
RESET ROLE;
CREATE FUNCTION sorted_files(p_by text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT name FROM files WHERE org_id = $1 ORDER BY ' || p_by USING current_setting('app.org_id')::uuid;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION sorted_files(p_by text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT name FROM files WHERE org_id = $1 ORDER BY %I', p_by) USING current_setting('app.org_id')::uuid;
END $$;
--- exploit
SELECT sorted_files($q$(SELECT set_config('spy.file', string_agg(f.name, ','), true) FROM files f)$q$);
SELECT 1 WHERE current_setting('spy.file', true) LIKE '%b.pdf%';
