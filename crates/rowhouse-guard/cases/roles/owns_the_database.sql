-- The owner of the database counts as pg_database_owner, who owns the schema public.
-- object: database:{db}
-- object: role:{app}
-- base: uuid
--- leak
RESET ROLE;
ALTER DATABASE {db} OWNER TO {app};
--- exploit
DROP TABLE comments;
--- proof
SELECT WHERE to_regclass('public.comments') IS NULL;
