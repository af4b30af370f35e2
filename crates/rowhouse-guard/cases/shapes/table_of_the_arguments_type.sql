-- One export for all tables: a polymorphic function reads whatever table its argument's type belongs to.
-- object: public.export(anyelement)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION export(of anyelement) RETURNS SETOF anyelement LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM %s', pg_typeof(of));
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION export(of anyelement) RETURNS SETOF anyelement LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM %s', pg_typeof(of));
END $$;
--- exploit
SELECT note FROM export(NULL::orders) WHERE org_id = {B};
