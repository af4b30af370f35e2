-- The outer view runs as its caller, the inner one as the superuser.
-- object: app.project_all
-- object: app.project_names
-- base: hasura
--- setup
RESET ROLE;
--- leak
RESET ROLE; CREATE VIEW app.project_all AS SELECT * FROM app.project; GRANT SELECT ON app.project_all TO {app_user};
CREATE VIEW app.project_names WITH (security_invoker) AS SELECT organization_id, name FROM app.project_all; GRANT SELECT ON app.project_names TO {app_user};
--- twin
RESET ROLE; CREATE VIEW app.project_all WITH (security_invoker) AS SELECT * FROM app.project; GRANT SELECT ON app.project_all TO {app_user};
CREATE VIEW app.project_names WITH (security_invoker) AS SELECT organization_id, name FROM app.project_all; GRANT SELECT ON app.project_names TO {app_user};
--- exploit
SELECT FROM app.project_names WHERE organization_id = 6;
