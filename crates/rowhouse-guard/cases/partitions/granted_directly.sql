-- A partition granted by itself has no policy of its own: the root's does not count there.
-- object: public.events_2025
-- base: partitioned
--- leak
GRANT SELECT ON events_2025 TO {app};
--- exploit
SELECT id FROM events_2025 WHERE tenant_id = '{B}';
