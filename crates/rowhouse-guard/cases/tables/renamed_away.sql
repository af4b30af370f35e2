-- A table kept under another name after a change of the schema, with its old rights.
-- object: public.documents_v1
-- base: text
--- setup
CREATE TABLE documents_v1 (id uuid, account_id text, title text);
INSERT INTO documents_v1 VALUES (gen_random_uuid(), 'bolt', 'of b');
GRANT SELECT ON documents_v1 TO {app};
--- leak
--- twin
REVOKE SELECT ON documents_v1 FROM {app};
--- exploit
SELECT title FROM documents_v1 WHERE account_id = '{B}';
