-- pg_monitor shows the statements of other sessions.
-- object: role:{keycloak}
-- base: realm
--- leak
RESET ROLE; GRANT pg_monitor TO {keycloak};
--- exploit
SELECT FROM pg_stat_activity WHERE usename <> current_user AND query <> '' AND query NOT LIKE '<insufficient%';
