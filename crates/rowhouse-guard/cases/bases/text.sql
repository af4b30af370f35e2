-- Text tenants called accounts; a child without a tenant column, reached through its parent.
-- a: acme
-- b: bolt
--- setup
CREATE TABLE accounts (
    slug text PRIMARY KEY CHECK (slug <> ''),
    name text NOT NULL
);
CREATE TABLE documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id text NOT NULL REFERENCES accounts CHECK (account_id <> ''),
    title text NOT NULL,
    body text,
    author text
);
CREATE INDEX ON documents (account_id);
CREATE TABLE revisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES documents,
    content text NOT NULL
);
CREATE INDEX ON revisions (document_id);
CREATE TABLE languages (code text PRIMARY KEY);

INSERT INTO accounts VALUES ('acme', 'Acme'), ('bolt', 'Bolt');
INSERT INTO documents (id, account_id, title, body, author) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'acme', 'anvils', 'of a', 'ann'),
    ('bbbbbbbb-0000-4000-8000-000000000001', 'bolt', 'bolts', 'of b', 'bob');
INSERT INTO revisions (document_id, content) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'of a'),
    ('bbbbbbbb-0000-4000-8000-000000000001', 'of b');
INSERT INTO languages VALUES ('en'), ('nl');

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents FORCE ROW LEVEL SECURITY;
ALTER TABLE revisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE revisions FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts
    USING (slug = (SELECT NULLIF(current_setting('app.tenant', true), '')));
CREATE POLICY own ON documents
    USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
CREATE POLICY own ON revisions
    USING (EXISTS (
        SELECT 1 FROM documents d
        WHERE d.id = revisions.document_id
          AND d.account_id = (SELECT NULLIF(current_setting('app.tenant', true), ''))
    ));

GRANT SELECT ON accounts, languages TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON documents, revisions TO {app};
--- tenant
SELECT set_config('app.tenant', '{tenant}', true);
--- own
SELECT FROM documents JOIN revisions ON revisions.document_id = documents.id;
