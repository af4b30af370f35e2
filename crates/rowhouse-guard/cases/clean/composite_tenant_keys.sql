-- The tenant leads every key and every foreign key.
-- base: other-schema
--- setup
CREATE TABLE crm.labels (
    workspace_id bigint NOT NULL DEFAULT crm.current_workspace() REFERENCES crm.workspaces,
    name text NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
CREATE TABLE crm.ticket_labels (
    workspace_id bigint NOT NULL DEFAULT crm.current_workspace(),
    ticket_id bigint NOT NULL,
    label text NOT NULL,
    PRIMARY KEY (workspace_id, ticket_id, label),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES crm.tickets ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, label) REFERENCES crm.labels ON UPDATE CASCADE
);
CREATE INDEX ON crm.ticket_labels (workspace_id, label);
INSERT INTO crm.labels VALUES (1, 'of a'), (2, 'of b');
INSERT INTO crm.ticket_labels VALUES (1, 1, 'of a'), (2, 2, 'of b');
ALTER TABLE crm.labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.labels FORCE ROW LEVEL SECURITY;
ALTER TABLE crm.ticket_labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.ticket_labels FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON crm.labels USING (workspace_id = (SELECT crm.current_workspace()));
CREATE POLICY workspace ON crm.ticket_labels USING (workspace_id = (SELECT crm.current_workspace()));
GRANT SELECT, INSERT, UPDATE, DELETE ON crm.labels, crm.ticket_labels TO {app};
--- exploit
SELECT name FROM crm.labels WHERE workspace_id = {B};
