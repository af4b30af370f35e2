-- A colleague's login becomes the service to look at a customer's trouble, or the archivist; by itself it holds nothing.
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {archivist} NOLOGIN BYPASSRLS;
CREATE ROLE {alice} LOGIN NOINHERIT;
GRANT {app}, {archivist} TO {alice};
GRANT SELECT ON documents, revisions TO {archivist};
--- exploit
SET LOCAL ROLE {archivist};
SELECT body FROM documents WHERE account_id = 'bolt';
