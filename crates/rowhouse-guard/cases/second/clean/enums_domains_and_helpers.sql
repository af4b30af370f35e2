-- Functions everybody may execute that touch no rows.
-- base: orm
--- setup
CREATE DOMAIN slug AS text CHECK (VALUE ~ '^[a-z]+$');
CREATE FUNCTION slugify(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT regexp_replace(lower(t), '[^a-z]+', '-', 'g') $$;
CREATE FUNCTION cents(n numeric) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (n * 100)::bigint; END $$;
--- exploit
SELECT FROM "User" WHERE "organizationId" = '{B}';
