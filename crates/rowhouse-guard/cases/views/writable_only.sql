-- The app role cannot read the view, but can delete through it.
-- object: public.document_sink
-- base: text
--- setup
RESET ROLE;
DROP TABLE revisions;
CREATE VIEW document_sink AS SELECT * FROM documents;
--- own
SELECT FROM documents;
--- leak
RESET ROLE;
GRANT DELETE ON document_sink TO {app};
--- exploit
DELETE FROM document_sink;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM documents WHERE account_id = 'bolt');
