-- It is the service that may become the archivist, not the colleague.
-- object: role:{app}
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {archivist} NOLOGIN BYPASSRLS;
CREATE ROLE {alice} LOGIN NOINHERIT;
GRANT {app} TO {alice};
GRANT SELECT ON documents, revisions TO {archivist};
--- leak
RESET ROLE;
GRANT {archivist} TO {app};
--- twin
RESET ROLE;
GRANT {archivist} TO {alice};
--- exploit
SET LOCAL ROLE {archivist};
SELECT body FROM documents WHERE account_id = 'bolt';
