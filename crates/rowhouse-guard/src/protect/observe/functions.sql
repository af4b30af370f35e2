CREATE OR REPLACE FUNCTION rowhouse_observe.record(observed text, reason text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET client_min_messages = error
    AS $rowhouse$
-- Always true: it lets everything through. What it writes goes to the server's log, for which it needs no transaction that
-- may write, and without what was between quotes or a number.
DECLARE
    said text := current_query();
    stamp text := statement_timestamp()::text;
    key text;
    known text[];
    times bigint;
BEGIN
    -- What a statement would not see it would not write either.
    IF reason = 'rows lost' THEN
        PERFORM set_config('rowhouse_observe.lost', observed || ' ' || stamp, false);
    ELSIF reason = 'row refused' AND current_setting('rowhouse_observe.lost', true) = observed || ' ' || stamp THEN
        RETURN true;
    END IF;
    IF length(said) > 10000 OR current_setting('standard_conforming_strings') = 'off' OR said ~ '/\*(?:(?!\*/).)*/\*' THEN
        said := substring(said from '^\s*(\w+)') || ' ...';
    ELSE
        said := regexp_replace(said, $re$("(?:[^"]|"")*")|(?<![\w$]|[^\x01-\x7f])[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\$([A-Za-z_][A-Za-z0-9_]*|)\$.*\$\2\$|--[^\n]*|/\*(?:[^*]|\*+[^*/])*\*+/$re$, '\1?', 'g');
        said := regexp_replace(said, '("(?:[^"]|"")*")\?', '\1', 'g');
        said := regexp_replace(said, '(?<![A-Za-z0-9_$"])[0-9][0-9A-Fa-fxXoObB_.]*', '?', 'g');
        said := btrim(regexp_replace(regexp_replace(said, '\s+', ' ', 'g'), '\?( ?, ?\?)+', '?, ...', 'g'), ' ;');
    END IF;
    -- A session says it at the first, second, fourth, eighth ... time, and how often it was; a statement counts once.
    key := 'rowhouse_observe.n' || left(md5(concat_ws(' ', observed, reason, said)), 20);
    known := string_to_array(nullif(current_setting(key, true), ''), '|');
    IF known[2] = stamp THEN
        RETURN true;
    END IF;
    times := coalesce(known[1], '0')::bigint + 1;
    PERFORM set_config(key, times || '|' || stamp, false);
    IF times & (times - 1) = 0 THEN
        RAISE WARNING USING MESSAGE = 'rowhouse observe: ' || json_build_object(
            'database', current_database(), 'table', observed, 'reason', reason, 'times', times,
            'session', pg_backend_pid() || '.' || extract(epoch from pg_postmaster_start_time())::bigint,
            'role', current_user, 'application', current_setting('application_name'),
            'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'statement', left(said, 1000));
    END IF;
    RETURN true;
EXCEPTION WHEN others THEN
    RETURN true;
END $rowhouse$
