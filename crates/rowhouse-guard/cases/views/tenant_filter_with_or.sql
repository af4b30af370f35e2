-- The filter of a definer view has a way out.
-- object: public.document_search
-- base: text
--- leak
RESET ROLE;
CREATE VIEW document_search WITH (security_barrier = true) AS
    SELECT * FROM documents WHERE account_id = current_setting('app.tenant', true) OR author = 'bob';
GRANT SELECT ON document_search TO {app};
--- twin
RESET ROLE;
CREATE VIEW document_search WITH (security_barrier = true) AS
    SELECT * FROM documents WHERE account_id = NULLIF(current_setting('app.tenant', true), '') AND author = 'bob';
GRANT SELECT ON document_search TO {app};
--- exploit
SELECT title FROM document_search WHERE account_id = '{B}';
