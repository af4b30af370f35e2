-- The service owns the database, and with it the public schema and what may be dropped in it.
-- object: database:{db}
-- object: schema:public
-- object: role:{app}
-- base: projects
--- leak
RESET ROLE;
ALTER DATABASE {db} OWNER TO {app};
--- exploit
DROP TABLE audit_log;
SELECT 1;
