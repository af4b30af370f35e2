-- Functions on top of the studio's tables.
GRANT INSERT, UPDATE ON people, projects TO rowhouse_app;
CREATE FUNCTION add_them(a int, b int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT a + b $$;
CREATE FUNCTION greet(name text, greeting text DEFAULT 'Hello') RETURNS text IMMUTABLE LANGUAGE sql
    AS $$ SELECT greeting || ', ' || name $$;
CREATE FUNCTION nobody_calls(place) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT $1.city $$;
CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS $$ $$;
CREATE FUNCTION null_text() RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULL::text $$;
CREATE FUNCTION total(VARIADIC v int[]) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$ SELECT sum(x) FROM unnest(v) x $$;
CREATE FUNCTION "Odd Name"("The Arg" int, mood mood DEFAULT 'fair') RETURNS text IMMUTABLE LANGUAGE sql
    AS $$ SELECT "The Arg" || ' ' || mood $$;
CREATE FUNCTION half(percent percent) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT percent / 2 $$;
CREATE FUNCTION where_is(place place) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT (place).city $$;
CREATE FUNCTION words(list text[]) RETURNS SETOF text IMMUTABLE LANGUAGE sql AS $$ SELECT unnest(list) $$;
CREATE FUNCTION a_place() RETURNS place STABLE LANGUAGE sql AS $$ SELECT ('Ulm', 89073)::place $$;
CREATE FUNCTION swap(INOUT a int, INOUT b int) IMMUTABLE LANGUAGE sql AS $$ SELECT b, a $$;
CREATE FUNCTION one_out(num int, OUT num_plus_one int) IMMUTABLE LANGUAGE sql AS $$ SELECT num + 1 $$;
CREATE FUNCTION one_column() RETURNS TABLE (a text) STABLE LANGUAGE sql AS $$ VALUES ('x'), ('y') $$;
CREATE FUNCTION a_table(most int) RETURNS TABLE (n int, square int) STABLE LANGUAGE sql
    AS $$ SELECT i, i * i FROM generate_series(1, most) i $$;
CREATE FUNCTION anonymous() RETURNS record STABLE LANGUAGE sql AS $$ SELECT 1 AS x, 'y'::text AS z $$;

-- Overloads.
CREATE FUNCTION area(side int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT side * side $$;
CREATE FUNCTION area(width int, height int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT width * height $$;
CREATE FUNCTION twice(x int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT 2 * x $$;
CREATE FUNCTION twice(x text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT x || x $$;

-- The whole content.
CREATE FUNCTION whole(json) RETURNS json IMMUTABLE LANGUAGE sql AS $$ SELECT $1 -> 'a' $$;
CREATE FUNCTION loud(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT upper($1) $$;
CREATE FUNCTION size(bytea) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT length($1) $$;

-- Rows of relations.
CREATE FUNCTION projects_of(client int) RETURNS SETOF projects STABLE LANGUAGE sql
    AS $$ SELECT * FROM projects WHERE client_id = client ORDER BY name DESC $$;
CREATE FUNCTION of_tenant(tenant uuid) RETURNS SETOF projects STABLE LANGUAGE sql
    AS $$ SELECT * FROM projects WHERE tenant_id = tenant $$;
CREATE FUNCTION everything() RETURNS SETOF projects STABLE LANGUAGE plpgsql
    AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT * FROM projects'; END $$;
CREATE FUNCTION all_names() RETURNS SETOF text STABLE LANGUAGE sql
    AS $$ SELECT name FROM projects UNION ALL SELECT name FROM people UNION ALL SELECT name FROM clients $$;
CREATE FUNCTION a_project(id int) RETURNS projects STABLE LANGUAGE sql
    AS $$ SELECT * FROM projects p WHERE p.id = a_project.id $$;
CREATE FUNCTION count_projects() RETURNS bigint STABLE LANGUAGE sql AS $$ SELECT count(*) FROM projects $$;

-- Writing.
CREATE SEQUENCE calls;
GRANT ALL ON SEQUENCE calls TO rowhouse_app;
CREATE FUNCTION rename(id int, name text) RETURNS SETOF projects LANGUAGE sql
    AS $$ UPDATE projects p SET name = rename.name WHERE p.id = rename.id RETURNING * $$;
CREATE FUNCTION insert_for(tenant uuid, id int) RETURNS void LANGUAGE sql
    AS $$ INSERT INTO people VALUES (id, tenant, 'made') $$;
CREATE FUNCTION next_calls(many int) RETURNS SETOF projects LANGUAGE plpgsql
    AS $$ BEGIN PERFORM nextval('calls'); RETURN QUERY SELECT * FROM projects ORDER BY id LIMIT many; END $$;
CREATE FUNCTION claims_stable() RETURNS int STABLE LANGUAGE plpgsql
    AS $$ BEGIN PERFORM set_config('x.y', '1', true); EXECUTE 'UPDATE people SET name = name'; RETURN 1; END $$;

-- Refusals.
CREATE FUNCTION fail_plainly() RETURNS int LANGUAGE plpgsql
    AS $$ BEGIN RAISE 'no way' USING DETAIL = 'because', HINT = 'do not'; END $$;
CREATE FUNCTION fail_as(status text) RETURNS int LANGUAGE plpgsql
    AS $$ BEGIN RAISE 'as told' USING ERRCODE = status; END $$;
CREATE FUNCTION names_no_column() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT nothing FROM people); END $$;
CREATE FUNCTION names_no_table() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT 1 FROM nothing); END $$;
CREATE FUNCTION fail_in_json(message text, detail text) RETURNS int LANGUAGE plpgsql
    AS $$ BEGIN RAISE SQLSTATE 'PGRST' USING MESSAGE = message, DETAIL = detail; END $$;
CREATE FUNCTION duplicate() RETURNS void LANGUAGE sql AS $$ INSERT INTO people SELECT * FROM people $$;

-- Answers shaped by functions.
CREATE FUNCTION teapot(often bool DEFAULT true) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
    IF often THEN
        PERFORM set_config('response.status', '418', false);
        PERFORM set_config('response.headers', '[{"X-Pot": "tea"}, {"Set-Cookie": "a=b"}, {"Set-Cookie": "c=d"}]', false);
    END IF;
    RETURN 'short and stout';
END $$;
CREATE FUNCTION set_headers(headers text, status text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('response.headers', headers, true), set_config('response.status', status, true);
END $$;
CREATE FUNCTION who_asks(setting text) RETURNS text STABLE LANGUAGE sql
    AS $$ SELECT CASE setting WHEN 'method' THEN current_setting('request.method') WHEN 'path' THEN current_setting('request.path')
           ELSE current_setting('request.headers')::json ->> setting END $$;
CREATE FUNCTION who_asks_writing(setting text) RETURNS text LANGUAGE sql AS $$ SELECT current_setting('request.' || setting) -- request.method
    $$;
CREATE DOMAIN "text/html" AS text;
CREATE DOMAIN "image/x-dot" AS bytea;
CREATE DOMAIN "*/*" AS bytea;
CREATE FUNCTION page(title text DEFAULT NULL) RETURNS "text/html" STABLE LANGUAGE sql
    AS $$ SELECT '<h1>' || title || '</h1>' || count(*) FROM projects GROUP BY () $$;
CREATE FUNCTION dot() RETURNS "image/x-dot" IMMUTABLE LANGUAGE sql AS $$ SELECT '\x00ff'::bytea $$;
CREATE FUNCTION any_media(media text) RETURNS "*/*" LANGUAGE plpgsql AS $$ BEGIN
    IF media <> '' THEN PERFORM set_config('response.headers', json_build_array(json_build_object('Content-Type', media))::text, true); END IF;
    RETURN 'hello'::bytea; END $$;

-- Not to be served, or only when named.
CREATE FUNCTION owned_count() RETURNS bigint STABLE SECURITY DEFINER LANGUAGE sql
    AS $$ SELECT count(*) FROM projects $$;
CREATE FUNCTION owned_too() RETURNS bigint STABLE SECURITY DEFINER LANGUAGE sql AS $$ SELECT 5::bigint $$;
CREATE FUNCTION hidden_one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION no_right() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
REVOKE EXECUTE ON FUNCTION no_right() FROM PUBLIC;
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION any_of(x anyelement) RETURNS anyelement LANGUAGE sql AS $$ SELECT x $$;
CREATE PROCEDURE proceeds() LANGUAGE sql AS $$ $$;
CREATE FUNCTION v2.version() RETURNS int STABLE LANGUAGE sql AS $$ SELECT 2 $$;
CREATE FUNCTION rename_many(many int) RETURNS SETOF projects LANGUAGE sql
    AS $$ UPDATE projects p SET name = 'renamed' WHERE p.id <= many RETURNING * $$;
CREATE FUNCTION count_writing() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION numbered() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('calls') $$;
CREATE FUNCTION moment() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '2024-01-02 00:00:00+00'::timestamptz $$;

-- Arguments that have the names of words.
CREATE FUNCTION worded("select" text, "limit" int DEFAULT 1) RETURNS text STABLE LANGUAGE sql
    AS $$ SELECT "select" || "limit" $$;
CREATE FUNCTION half_worded(a int, "order" text DEFAULT 'none', "items.x" int DEFAULT 0) RETURNS text STABLE LANGUAGE sql
    AS $$ SELECT a || "order" $$;
CREATE FUNCTION from_cursor(cursor int) RETURNS SETOF projects STABLE LANGUAGE sql
    AS $$ SELECT * FROM projects WHERE id > cursor $$;
CREATE FUNCTION all_projects() RETURNS SETOF projects STABLE LANGUAGE sql AS $$ SELECT * FROM projects $$;
