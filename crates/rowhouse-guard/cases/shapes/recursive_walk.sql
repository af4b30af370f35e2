-- A function walks down from a tenant's own task; the recursive half forgets the tenant, and parents are loose numbers.
-- object: public.below(integer)
-- base: integer
--- setup
CREATE TABLE tasks (
    org_id integer NOT NULL REFERENCES organizations, id integer NOT NULL, parent_id integer, title text NOT NULL,
    PRIMARY KEY (org_id, id)
);
INSERT INTO tasks VALUES (1, 1, NULL, 'of a'), (2, 2, 1, 'of b'), (2, 3, 2, 'secret of b');
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tasks_own ON tasks TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT ON tasks TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION below(top integer) RETURNS SETOF tasks LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE down AS (
        SELECT t.* FROM tasks t WHERE t.id = top AND t.org_id = NULLIF(current_setting('myapp.org', true), '')::integer
        UNION ALL
        SELECT t.* FROM tasks t JOIN down d ON t.parent_id = d.id
    )
    SELECT * FROM down
$$;
--- twin
RESET ROLE;
CREATE FUNCTION below(top integer) RETURNS SETOF tasks LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE down AS (
        SELECT t.* FROM tasks t WHERE t.id = top AND t.org_id = NULLIF(current_setting('myapp.org', true), '')::integer
        UNION ALL
        SELECT t.* FROM tasks t JOIN down d ON t.parent_id = d.id AND t.org_id = d.org_id
    )
    SELECT * FROM down
$$;
--- exploit
SELECT title FROM below(1) WHERE org_id = {B};
