-- The partition can be inserted into past the root's check.
-- object: public.events_2025
-- base: partitioned
--- leak
GRANT INSERT ON events_2025 TO {app};
--- exploit
INSERT INTO events_2025 (tenant_id, at, kind) VALUES ('{B}', '2025-07-07', 'planted');
--- proof
SELECT FROM events WHERE tenant_id = '{B}' AND kind = 'planted';
