-- The child's policy asks a function for the visible parents, and the function sees them all.
-- object: public.lesson_files
-- object: public.visible_lessons()
-- base: third_rails
--- setup
CREATE TABLE lesson_files (id bigserial PRIMARY KEY, lesson_id bigint NOT NULL, filename varchar NOT NULL);
CREATE INDEX ON lesson_files (lesson_id);
INSERT INTO lesson_files (lesson_id, filename) VALUES (1, 'of-a.pdf'), (2, 'secret-of-b.pdf');
GRANT SELECT ON lesson_files TO {web};
ALTER TABLE lesson_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE lesson_files FORCE ROW LEVEL SECURITY;
--- leak
RESET ROLE;
CREATE FUNCTION visible_lessons() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT id FROM public.lessons $$;
CREATE POLICY files_of_lessons ON lesson_files TO {web} USING (lesson_id IN (SELECT visible_lessons()));
--- twin
RESET ROLE;
CREATE FUNCTION visible_lessons() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT id FROM public.lessons $$;
CREATE POLICY files_of_lessons ON lesson_files TO {web} USING (lesson_id IN (SELECT visible_lessons()));
--- exploit
SELECT filename FROM lesson_files WHERE lesson_id = 2;
