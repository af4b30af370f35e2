-- Media types of the studio's own, made by aggregates.
CREATE DOMAIN "application/vnd.names" AS text;
CREATE FUNCTION names_next(state text, next projects) RETURNS "application/vnd.names" LANGUAGE sql
    AS $$ SELECT state || next.name || ';' $$;
CREATE AGGREGATE names_agg (projects) (initcond = '', stype = "application/vnd.names", sfunc = names_next);

CREATE DOMAIN "application/vnd.bytes" AS bytea;
CREATE FUNCTION bytes_next(state bytea, next projects) RETURNS bytea LANGUAGE sql
    AS $$ SELECT state || '\x00ff'::bytea || convert_to(next.id::text, 'UTF8') $$;
CREATE FUNCTION bytes_last(state bytea) RETURNS "application/vnd.bytes" LANGUAGE sql AS $$ SELECT state $$;
CREATE AGGREGATE bytes_agg (projects) (stype = bytea, initcond = '', sfunc = bytes_next, finalfunc = bytes_last);

-- What is built in, made otherwise.
CREATE DOMAIN "text/csv" AS text;
CREATE FUNCTION bom_next(state text, next projects) RETURNS "text/csv" LANGUAGE sql
    AS $$ SELECT state || next.id || ',' || next.name || E'\n' $$;
CREATE FUNCTION bom_last(data "text/csv") RETURNS "text/csv" LANGUAGE sql AS $$
    SELECT set_config('response.headers', '[{"Content-Disposition": "attachment; filename=\"projects.csv\""}]', true);
    SELECT convert_from('\xEFBBBF', 'UTF8') || E'id,name\n' || data $$;
CREATE AGGREGATE bom_agg (projects) (initcond = '', stype = "text/csv", sfunc = bom_next, finalfunc = bom_last);
CREATE DOMAIN "application/json" AS json;
CREATE FUNCTION wrapped_next(state json, next people) RETURNS "application/json" LANGUAGE sql
    AS $$ SELECT json_build_object('people', coalesce((state ->> 'people')::int, 0) + 1) $$;
CREATE AGGREGATE wrapped_agg (people) (stype = "application/json", sfunc = wrapped_next);
CREATE DOMAIN "application/vnd.pgrst.object" AS text;
CREATE FUNCTION object_next(state text, next people) RETURNS "application/vnd.pgrst.object" LANGUAGE sql AS $$ SELECT 'mine' $$;
CREATE AGGREGATE object_agg (people) (stype = "application/vnd.pgrst.object", sfunc = object_next);

-- Whatever is asked for.
CREATE DOMAIN "*/*" AS bytea;
CREATE FUNCTION any_next(state "*/*", next tasks) RETURNS "*/*" LANGUAGE sql
    AS $$ SELECT state || convert_to(next.name || '|', 'UTF8') $$;
CREATE FUNCTION any_last(state "*/*") RETURNS "*/*" LANGUAGE plpgsql AS $$
DECLARE asked text := current_setting('request.headers', true)::json ->> 'accept'; BEGIN
    IF asked = 'image/png' THEN RAISE SQLSTATE 'PT415' USING MESSAGE = 'Unsupported Media Type'; END IF;
    IF asked LIKE 'text/%' THEN
        PERFORM set_config('response.headers', json_build_array(json_build_object('Content-Type', asked))::text, true);
    END IF;
    RETURN state; END $$;
CREATE AGGREGATE any_agg (tasks) (initcond = '', stype = "*/*", sfunc = any_next, finalfunc = any_last);
CREATE FUNCTION vnd_next(state text, next tasks) RETURNS "application/vnd.names" LANGUAGE sql AS $$ SELECT 'never' $$;
CREATE AGGREGATE aaa_names_agg (tasks) (stype = "application/vnd.names", sfunc = vnd_next);

-- Rows of any relation.
CREATE DOMAIN "application/vnd.rows" AS text;
CREATE FUNCTION rows_next(state jsonb, next anyelement) RETURNS jsonb LANGUAGE plpgsql
    AS $$ BEGIN RETURN state || to_jsonb(next); END $$;
CREATE FUNCTION rows_last(state jsonb) RETURNS "application/vnd.rows" LANGUAGE sql AS $$ SELECT state::text $$;
CREATE AGGREGATE rows_agg (anyelement) (stype = jsonb, initcond = '[]', sfunc = rows_next, finalfunc = rows_last);
CREATE DOMAIN "application/vnd.both" AS text;
CREATE FUNCTION both_any(state text, next anyelement) RETURNS "application/vnd.both" LANGUAGE sql
    AS $$ SELECT coalesce(state, 'any:') || next::text $$;
CREATE AGGREGATE both_any (anyelement) (stype = "application/vnd.both", sfunc = both_any);
CREATE FUNCTION both_own(state text, next people) RETURNS "application/vnd.both" LANGUAGE sql
    AS $$ SELECT coalesce(state, 'own:') || next.name $$;
CREATE AGGREGATE both_own (people) (stype = "application/vnd.both", sfunc = both_own);

CREATE DOMAIN "application/vnd.large" AS text;
CREATE FUNCTION large_next(state text, next anyelement) RETURNS "application/vnd.large" LANGUAGE sql
    AS $$ SELECT repeat('x', 5000000) $$;
CREATE AGGREGATE large_agg (anyelement) (stype = "application/vnd.large", sfunc = large_next);

-- Names that could be taken for the statement's own.
CREATE TABLE odd (id int PRIMARY KEY, tenant_id uuid NOT NULL, t1 text, r int, s int, n int);
INSERT INTO odd VALUES (1, :a, 'x', 1, 2, 3), (2, :a, 'y', 4, 5, 6), (3, :b, 'OTHER', 7, 8, 9);
CREATE FUNCTION odd_next(state text, next odd) RETURNS "application/vnd.names" LANGUAGE sql
    AS $$ SELECT state || next.t1 || next.r || next.s || next.n $$;
CREATE AGGREGATE odd_agg (odd) (initcond = '', stype = "application/vnd.names", sfunc = odd_next);

-- Not to be served: what runs as its owner, what is not executable, rows that may not be read whole.
CREATE DOMAIN "application/vnd.owned" AS text;
CREATE FUNCTION owned_next(state text, next projects) RETURNS "application/vnd.owned" SECURITY DEFINER LANGUAGE sql
    AS $$ SELECT current_user || count(*) FROM projects $$;
CREATE AGGREGATE owned_agg (projects) (stype = "application/vnd.owned", sfunc = owned_next);
CREATE DOMAIN "application/vnd.named" AS text;
CREATE FUNCTION named_next(state text, next projects) RETURNS "application/vnd.named" SECURITY DEFINER LANGUAGE sql
    AS $$ SELECT coalesce(state, current_user || ':') || next.id $$;
CREATE AGGREGATE named_agg (projects) (stype = "application/vnd.named", sfunc = named_next);
CREATE DOMAIN "application/vnd.denied" AS text;
CREATE FUNCTION denied_next(state text, next projects) RETURNS "application/vnd.denied" LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE AGGREGATE denied_agg (projects) (stype = "application/vnd.denied", sfunc = denied_next);
REVOKE EXECUTE ON FUNCTION denied_agg(projects) FROM PUBLIC;
CREATE FUNCTION hidden_next(state text, next people) RETURNS "application/vnd.names" LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE AGGREGATE hidden_agg (people) (stype = "application/vnd.names", sfunc = hidden_next);
CREATE TABLE part (id int PRIMARY KEY, tenant_id uuid NOT NULL, open text, secret text);
INSERT INTO part VALUES (1, :a, 'seen', 'unseen');
CREATE FUNCTION part_next(state text, next part) RETURNS "application/vnd.names" LANGUAGE sql AS $$ SELECT next.secret $$;
CREATE AGGREGATE part_agg (part) (stype = "application/vnd.names", sfunc = part_next);
DO $$ DECLARE name text; BEGIN FOREACH name IN ARRAY ARRAY['odd', 'part'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY; ALTER TABLE %1$I FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON %1$I USING (tenant_id = (SELECT current_setting(''app.current_tenant_id'')::uuid))', name);
END LOOP; END $$;
GRANT SELECT ON odd TO rowhouse_app;
GRANT SELECT (id, tenant_id, open) ON part TO rowhouse_app;

-- Functions that give rows.
CREATE FUNCTION projects_of(client int) RETURNS SETOF projects STABLE LANGUAGE sql
    AS $$ SELECT * FROM projects WHERE client_id = client ORDER BY name DESC $$;
CREATE FUNCTION renamed(many int) RETURNS SETOF projects LANGUAGE sql
    AS $$ UPDATE projects SET name = name || '!' WHERE id <= many RETURNING * $$;
GRANT UPDATE ON projects TO rowhouse_app;
CREATE FUNCTION squares(most int) RETURNS TABLE (n int, square int) STABLE LANGUAGE sql
    AS $$ SELECT i, i * i FROM generate_series(1, most) i $$;
CREATE FUNCTION a_number() RETURNS int STABLE LANGUAGE sql AS $$ SELECT 5 $$;

-- Cookies.
CREATE FUNCTION cookie(name text) RETURNS text STABLE LANGUAGE sql
    AS $$ SELECT current_setting('request.cookies')::json ->> name $$;
CREATE FUNCTION cookie_atomic(name text) RETURNS text STABLE LANGUAGE sql
    BEGIN ATOMIC SELECT current_setting('request.cookies')::json ->> name; END;
CREATE FUNCTION head_only() RETURNS text STABLE LANGUAGE sql
    AS $$ SELECT current_setting('request.headers') || coalesce(current_setting('request.' || 'cookies', true), 'none') $$;
