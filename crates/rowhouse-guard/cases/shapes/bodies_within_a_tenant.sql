-- Definer functions as services have them, each within the tenant: a job queue that skips locked rows, pages by key, loops
-- over arrays, CASE as a statement, filtered aggregates, rows out of JSON, DISTINCT ON and a set of settings as a row.
-- base: integer
--- setup
CREATE TABLE jobs (
    org_id integer NOT NULL REFERENCES organizations, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text NOT NULL DEFAULT 'new', payload text
);
CREATE INDEX ON jobs (org_id, state);
INSERT INTO jobs (org_id, payload) VALUES (1, 'of a'), (2, 'of b');
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY jobs_own ON jobs TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT ON jobs TO {app};
RESET ROLE;
CREATE FUNCTION next_job() RETURNS SETOF jobs LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE jobs SET state = 'taken' WHERE id = (
        SELECT id FROM jobs
        WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer AND state = 'new'
        ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1
    ) RETURNING *
$$;
CREATE FUNCTION page_of_orders(after_total numeric, after_id integer) RETURNS SETOF orders
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM orders
    WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer AND (total, id) > (after_total, after_id)
    ORDER BY total, id FETCH FIRST 10 ROWS ONLY
$$;
CREATE FUNCTION notes_of(numbers text[]) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wanted text; found_note text; org integer := NULLIF(current_setting('myapp.org', true), '')::integer;
BEGIN
    <<each>>
    FOREACH wanted IN ARRAY numbers LOOP
        SELECT o.note INTO found_note FROM orders o WHERE o.org_id = org AND o.number = wanted;
        CONTINUE each WHEN NOT FOUND;
        RETURN NEXT found_note;
    END LOOP each;
END $$;
CREATE FUNCTION change_order(wanted integer, what text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE org integer := NULLIF(current_setting('myapp.org', true), '')::integer; touched integer;
BEGIN
    PERFORM pg_advisory_xact_lock(org, wanted);
    CASE what
        WHEN 'clear' THEN
            UPDATE orders SET note = NULL WHERE org_id = org AND id = wanted;
        WHEN 'double', 'twice' THEN
            UPDATE orders SET total = total * 2 WHERE org_id = org AND id = wanted;
        ELSE
            RAISE EXCEPTION 'unknown: %', what USING ERRCODE = '22023';
    END CASE;
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched;
END $$;
CREATE FUNCTION totals(OUT large numeric, OUT numbers text[], OUT first_note text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT sum(total) FILTER (WHERE total > 5), array_agg(number ORDER BY number), (array_agg(note ORDER BY id))[1]
    FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer
$$;
CREATE FUNCTION add_orders(given jsonb) RETURNS SETOF integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO orders (org_id, number, total)
    SELECT NULLIF(current_setting('myapp.org', true), '')::integer, r.number, coalesce(r.total, 0)
    FROM jsonb_to_recordset(given) AS r (number text, total numeric)
    RETURNING id
$$;
CREATE FUNCTION largest_lines() RETURNS TABLE (order_id integer, sku text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH scope AS (SELECT NULLIF(current_setting('myapp.org', true), '')::integer AS org)
    SELECT DISTINCT ON (l.order_id) l.order_id, l.sku
    FROM order_lines l CROSS JOIN scope WHERE l.org_id = scope.org ORDER BY l.order_id, l.quantity DESC
$$;
--- exploit
SELECT FROM next_job() WHERE org_id = {B}
UNION ALL SELECT FROM page_of_orders(0, 0) WHERE org_id = {B}
UNION ALL SELECT FROM notes_of('{B-1,B-2}')
UNION ALL SELECT WHERE change_order(2, 'clear') > 0
UNION ALL SELECT FROM totals() WHERE large > 10 OR 'B-1' = ANY (numbers)
UNION ALL SELECT FROM largest_lines() WHERE sku = 'bolt';
