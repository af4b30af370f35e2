-- The child's policy asks only that the parent is visible, and the parent's own row security says which is.
-- base: text
--- setup
DROP POLICY own ON revisions;
CREATE POLICY own ON revisions USING (EXISTS (SELECT FROM documents WHERE documents.id = revisions.document_id));
CREATE TABLE revision_files (
    revision_id bigint NOT NULL REFERENCES revisions,
    path text NOT NULL,
    PRIMARY KEY (revision_id, path)
);
RESET ROLE;
INSERT INTO revision_files SELECT id, content FROM revisions;
SET ROLE {owner};
ALTER TABLE revision_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE revision_files FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON revision_files USING (EXISTS (SELECT 1 FROM revisions r WHERE r.id = revision_id));
GRANT SELECT, INSERT ON revision_files TO {app};
--- exploit
SELECT path FROM revision_files WHERE path = 'of b';
