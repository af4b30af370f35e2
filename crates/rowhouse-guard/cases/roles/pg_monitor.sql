-- pg_monitor includes pg_read_all_stats.
-- object: role:{app}
-- base: per-command
--- leak
RESET ROLE;
GRANT pg_monitor TO {app};
--- exploit
SELECT FROM pg_stat_activity WHERE usename <> current_user AND query <> '' AND query <> '<insufficient privilege>';
