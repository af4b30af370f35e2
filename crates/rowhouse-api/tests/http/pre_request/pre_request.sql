-- What is called before each request of the demo.
CREATE SCHEMA private;
GRANT USAGE ON SCHEMA private TO rowhouse_app;
CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL
    DEFAULT current_setting('app.current_tenant_id')::uuid, path text);
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE visits FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON visits USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT ON visits TO rowhouse_app;

CREATE FUNCTION private.check_request() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    headers json := current_setting('request.headers')::json;
    cookies json := current_setting('request.cookies')::json;
BEGIN
    IF headers ->> 'x-refuse' = 'plainly' THEN RAISE 'not today' USING HINT = 'tomorrow'; END IF;
    IF headers ->> 'x-refuse' = 'status' THEN RAISE SQLSTATE 'PT402' USING MESSAGE = 'pay first'; END IF;
    IF headers ->> 'x-visit' IS NOT NULL THEN
        INSERT INTO public.visits (path) VALUES (current_setting('request.path'));
    END IF;
    PERFORM set_config('response.headers', json_build_array(
        json_build_object('X-Seen', concat_ws(' ', current_setting('request.method'), current_setting('request.path'),
            cookies ->> 'session', current_setting('app.current_tenant_id'), headers ->> 'authorization')),
        json_build_object('Cache-Control', 'public'))::text, false);
    PERFORM set_config('app.seen', coalesce(headers ->> 'x-seen', ''), true);
    IF headers ->> 'x-bad' IS NOT NULL THEN PERFORM set_config('response.headers', 'bad', true); END IF;
END $$;

CREATE FUNCTION private.other_tenant() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('app.current_tenant_id', '162be16f-f76d-431a-a213-171838ded9ae', false);
    PERFORM set_config('app.current_tenant_id', '162be16f-f76d-431a-a213-171838ded9ae', true);
    PERFORM set_config('search_path', 'private', false);
    PERFORM set_config('statement_timeout', '0', false);
END $$;

CREATE FUNCTION whose() RETURNS text STABLE LANGUAGE sql
    AS $$ SELECT string_agg(DISTINCT tenant_id::text, ',') || coalesce(current_setting('app.seen', true), '') FROM public.items $$;
CREATE FUNCTION whose_writing() RETURNS text LANGUAGE sql
    AS $$ SELECT string_agg(DISTINCT tenant_id::text, ',') FROM items $$;
CREATE FUNCTION whose_minding() RETURNS text LANGUAGE sql AS $$
    SELECT set_config('response.headers', '[{"X-Own": "1"}]', true);
    SELECT string_agg(DISTINCT tenant_id::text, ',') FROM items $$;
CREATE FUNCTION whose_headers() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT tenant_id::text, ',') FROM items -- request.headers
    $$;

-- Those that cannot be called so.
CREATE FUNCTION private.takes(a int DEFAULT 1) RETURNS void LANGUAGE sql AS $$ $$;
CREATE FUNCTION private.fixed() RETURNS void IMMUTABLE LANGUAGE sql AS $$ $$;
CREATE FUNCTION private.fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION private.closed() RETURNS void LANGUAGE sql AS $$ $$;
REVOKE EXECUTE ON FUNCTION private.closed() FROM PUBLIC;
CREATE FUNCTION private.owned() RETURNS void SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('response.headers', json_build_array(json_build_object('X-As', current_user))::text, true); END $$;
CREATE PROCEDURE private.proceeds() LANGUAGE sql AS $$ $$;
CREATE SCHEMA shut;
CREATE FUNCTION shut.off() RETURNS void LANGUAGE sql AS $$ $$;
