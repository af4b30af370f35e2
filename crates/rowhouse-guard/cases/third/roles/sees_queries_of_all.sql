-- pg_monitor for a health page: the texts of other roles' statements, with what was written into them.
-- object: role:{app}
-- base: third_facade
--- leak
RESET ROLE;
GRANT pg_monitor TO {app};
--- operator
SELECT 'tenant literal of b';
--- exploit
SELECT query FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user AND query LIKE '%RESET ALL%';
