-- security_barrier does not make it run as the caller.
-- object: public.document_titles
-- base: text
--- leak
RESET ROLE;
CREATE VIEW document_titles WITH (security_barrier = true) AS SELECT account_id, title FROM documents;
GRANT SELECT ON document_titles TO {app};
--- twin
RESET ROLE;
CREATE VIEW document_titles WITH (security_barrier = true, security_invoker = true) AS
    SELECT account_id, title FROM documents;
GRANT SELECT ON document_titles TO {app};
--- exploit
SELECT title FROM document_titles WHERE account_id = '{B}';
