-- A view of a superuser with a filter, a barrier and a check option.
-- base: text
--- setup
RESET ROLE;
CREATE VIEW my_documents WITH (security_barrier = true) AS
    SELECT * FROM documents WHERE account_id = NULLIF(current_setting('app.tenant', true), '')
    WITH CASCADED CHECK OPTION;
GRANT SELECT, INSERT, UPDATE ON my_documents TO {app};
--- exploit
INSERT INTO my_documents (account_id, title) VALUES ('bolt', 'planted');
--- proof
SELECT FROM documents WHERE title = 'planted';
