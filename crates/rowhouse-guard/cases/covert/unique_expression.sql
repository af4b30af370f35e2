-- A unique index over an expression.
-- object: crm.contacts
-- base: other-schema
--- setup
CREATE TABLE crm.contacts (
    workspace_id bigint NOT NULL DEFAULT crm.current_workspace() REFERENCES crm.workspaces,
    id bigint GENERATED ALWAYS AS IDENTITY,
    email text NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
INSERT INTO crm.contacts (workspace_id, email) VALUES (2, 'Bob@example.org');
ALTER TABLE crm.contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON crm.contacts USING (workspace_id = (SELECT crm.current_workspace()));
GRANT SELECT, INSERT ON crm.contacts TO {app};
--- leak
CREATE UNIQUE INDEX contacts_email ON crm.contacts (lower(email));
--- twin
CREATE UNIQUE INDEX contacts_email ON crm.contacts (workspace_id, lower(email));
--- exploit
WITH guess AS (INSERT INTO crm.contacts (email) VALUES ('bob@example.org') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
