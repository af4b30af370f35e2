-- A detached partition keeps its grants and loses the root's policy.
-- object: public.events_2024
-- base: partitioned
--- setup
ALTER TABLE events DETACH PARTITION events_2024;
--- leak
GRANT SELECT ON events_2024 TO {app};
--- exploit
SELECT id FROM events_2024 WHERE tenant_id = '{B}';
