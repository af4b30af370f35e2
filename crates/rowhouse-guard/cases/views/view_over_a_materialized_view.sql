-- Totals of all tenants lie in a materialized view that a view hands out.
-- object: public.task_totals
-- object: public.task_totals_kept
-- base: projects
--- setup
RESET ROLE;
CREATE MATERIALIZED VIEW task_totals_kept AS SELECT p.org_id, p.name, count(*) AS n FROM tasks t JOIN projects p ON p.id = t.project_id GROUP BY 1, 2;
--- leak
RESET ROLE;
CREATE VIEW task_totals AS SELECT org_id, name, n FROM task_totals_kept;
GRANT SELECT ON task_totals TO {app};
--- twin
RESET ROLE;
CREATE VIEW task_totals WITH (security_barrier) AS SELECT org_id, name, n FROM task_totals_kept WHERE org_id = current_setting('app.org_id')::uuid;
GRANT SELECT ON task_totals TO {app};
--- operator
RESET ROLE;
REFRESH MATERIALIZED VIEW task_totals_kept;
--- exploit
SELECT n FROM task_totals WHERE name = 'of b';
