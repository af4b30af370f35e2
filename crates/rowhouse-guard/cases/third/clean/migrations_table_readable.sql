-- Rails compares its migrations at start, so the app role reads their table.
-- base: third_rails
--- setup
INSERT INTO schema_migrations VALUES ('20240101000000');
GRANT SELECT ON schema_migrations, ar_internal_metadata TO {web};
--- exploit
DELETE FROM schema_migrations RETURNING 1;
