-- Two steps from the tenant, the grandchild was forgotten.
-- object: public.revision_comments
-- base: text
--- setup
CREATE TABLE revision_comments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    revision_id bigint NOT NULL REFERENCES revisions,
    body text NOT NULL
);
CREATE INDEX ON revision_comments (revision_id);
RESET ROLE;
INSERT INTO revision_comments (revision_id, body) SELECT id, content FROM revisions;
SET ROLE {owner};
GRANT SELECT ON revision_comments TO {app};
--- leak
--- twin
ALTER TABLE revision_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE revision_comments FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON revision_comments
    USING (EXISTS (SELECT 1 FROM revisions r WHERE r.id = revision_comments.revision_id));
--- exploit
SELECT id FROM revision_comments WHERE body = 'of b';
