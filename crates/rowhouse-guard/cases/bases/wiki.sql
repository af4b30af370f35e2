-- Workspaces with documents, blocks and attachments that have no tenant column of their own.
-- a: 00000000-aaaa-4000-8000-000000000000
-- b: 00000000-bbbb-4000-8000-000000000000
-- login: backend
--- setup
CREATE TABLE workspaces (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    title text NOT NULL,
    deleted_at timestamptz
);
CREATE TABLE blocks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    body text NOT NULL
);
INSERT INTO workspaces VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO documents (id, workspace_id, title) VALUES ('aaaaaaaa-0000-4000-8000-000000000001', '{A}', 'a'), ('bbbbbbbb-0000-4000-8000-000000000001', '{B}', 'b');
INSERT INTO blocks (id, document_id, body) VALUES
    ('aaaaaaaa-0000-4000-8000-00000000000b', 'aaaaaaaa-0000-4000-8000-000000000001', 'of a'),
    ('bbbbbbbb-0000-4000-8000-00000000000b', 'bbbbbbbb-0000-4000-8000-000000000001', 'of b');
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE blocks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY ws ON workspaces FOR SELECT USING (id = (SELECT current_setting('wiki.workspace')::uuid));
CREATE POLICY ws ON documents USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
CREATE POLICY ws ON blocks USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = blocks.document_id));
GRANT SELECT ON workspaces TO {backend};
GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO {backend};
GRANT SELECT, INSERT, UPDATE, DELETE ON blocks TO {backend};
--- tenant
SELECT set_config('wiki.workspace', '{tenant}', true);
--- own
SELECT FROM blocks;
