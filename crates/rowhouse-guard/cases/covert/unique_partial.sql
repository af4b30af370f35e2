-- Unique among those in use only.
-- object: public.documents
-- base: text
--- setup
ALTER TABLE documents ADD COLUMN slug text, ADD COLUMN deleted boolean NOT NULL DEFAULT false;
RESET ROLE;
UPDATE documents SET slug = 'roadmap' WHERE account_id = 'bolt';
--- leak
CREATE UNIQUE INDEX documents_slug ON documents (slug) WHERE NOT deleted;
--- twin
CREATE UNIQUE INDEX documents_slug ON documents (account_id, slug) WHERE NOT deleted;
--- exploit
WITH guess AS (
    INSERT INTO documents (account_id, title, slug) VALUES ('acme', 'x', 'roadmap') ON CONFLICT DO NOTHING RETURNING 1
)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
