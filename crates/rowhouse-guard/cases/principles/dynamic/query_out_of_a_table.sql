-- Saved queries are run as they stand in a table that the service writes.
-- object: public.run_saved(integer)
-- base: integer
--- setup
CREATE TABLE saved (id integer PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, query text NOT NULL);
CREATE INDEX ON saved (org_id);
ALTER TABLE saved ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON saved TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT ON saved TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION run_saved(wanted integer) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    q text;
BEGIN
    SELECT s.query INTO q FROM saved s WHERE s.id = wanted AND s.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
    RETURN QUERY EXECUTE q;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION run_saved(wanted integer) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
DECLARE
    q text;
BEGIN
    SELECT s.query INTO q FROM saved s WHERE s.id = wanted AND s.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
    RETURN QUERY EXECUTE q;
END $$;
--- exploit
INSERT INTO saved VALUES (9, 1, 'SELECT note FROM orders WHERE org_id = 2');
SELECT run_saved FROM run_saved(9);
