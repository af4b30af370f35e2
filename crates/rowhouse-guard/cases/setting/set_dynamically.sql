-- The SET is put together as text.
-- object: public.use_tenant(text)
-- base: text
-- tenant: none
--- leak
CREATE FUNCTION use_tenant(slug text) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN EXECUTE format('SET app.tenant = %L', slug); END $$;
--- twin
CREATE FUNCTION use_tenant(slug text) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN EXECUTE format('SET LOCAL app.tenant = %L', slug); END $$;
--- exploit
BEGIN;
SELECT use_tenant('bolt');
COMMIT;
SELECT id FROM documents WHERE account_id = 'bolt';
