-- A program signs in by its key and learns its own line; without the key it learns nothing.
-- base: uuid
--- setup
CREATE TABLE programs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, api_key text NOT NULL UNIQUE, title text NOT NULL);
CREATE INDEX ON programs (tenant_id);
RESET ROLE;
INSERT INTO programs (tenant_id, api_key, title) VALUES ('{A}', 'k-a', 'of a'), ('{B}', 'k-b', 'of b');
CREATE FUNCTION program(key text) RETURNS SETOF programs LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM programs WHERE api_key = key $$;
--- exploit
SELECT title FROM program('k-') WHERE tenant_id = '{B}';
