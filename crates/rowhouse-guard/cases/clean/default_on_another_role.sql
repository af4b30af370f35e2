-- A default tenant of a worker's role, which the app role cannot become: roles' settings are not inherited.
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {worker} LOGIN;
ALTER ROLE {worker} SET app.tenant = 'bolt';
CREATE ROLE {readers} NOLOGIN;
ALTER ROLE {readers} SET app.tenant = 'bolt';
GRANT {readers} TO {app};
--- exploit
SELECT id FROM documents WHERE account_id = 'bolt';
