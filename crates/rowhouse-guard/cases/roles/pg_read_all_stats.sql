-- Other roles' statements are shown, with the literals in them.
-- object: role:{app}
-- base: uuid
--- leak
RESET ROLE;
GRANT pg_read_all_stats TO {app};
--- exploit
SELECT FROM pg_stat_activity WHERE usename <> current_user AND query <> '' AND query <> '<insufficient privilege>';
