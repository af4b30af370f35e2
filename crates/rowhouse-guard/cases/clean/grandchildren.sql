-- Children through their parents, two levels deep, without a tenant column.
-- base: text
--- setup
CREATE TABLE revision_comments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    revision_id bigint NOT NULL REFERENCES revisions ON DELETE CASCADE,
    body text NOT NULL
);
CREATE INDEX ON revision_comments (revision_id);
RESET ROLE;
INSERT INTO revision_comments (revision_id, body) SELECT id, content FROM revisions;
SET ROLE {owner};
ALTER TABLE revision_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE revision_comments FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON revision_comments
    USING (revision_id IN (
        SELECT r.id FROM revisions r JOIN documents d ON d.id = r.document_id
        WHERE d.account_id = (SELECT NULLIF(current_setting('app.tenant', true), ''))
    ));
GRANT SELECT, INSERT, UPDATE, DELETE ON revision_comments TO {app};
--- exploit
SELECT id FROM revision_comments WHERE body = 'of b';
