-- A view over a materialized view was to filter and does not.
-- object: app.project_stats
-- base: hasura
--- setup
RESET ROLE; CREATE MATERIALIZED VIEW app.project_stats_mv AS SELECT organization_id, count(*) FROM app.project GROUP BY 1;
--- leak
RESET ROLE; CREATE VIEW app.project_stats WITH (security_barrier) AS SELECT * FROM app.project_stats_mv; GRANT SELECT ON app.project_stats TO {app_user};
--- twin
RESET ROLE; CREATE VIEW app.project_stats WITH (security_barrier) AS SELECT * FROM app.project_stats_mv WHERE organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer; GRANT SELECT ON app.project_stats TO {app_user};
--- exploit
SELECT FROM app.project_stats WHERE organization_id = 6;
