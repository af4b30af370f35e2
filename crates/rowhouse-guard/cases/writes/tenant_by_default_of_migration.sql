-- The column's default is the setting of whoever inserts, which nobody checks.
-- object: public.messages
-- base: text
--- setup
CREATE TABLE messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text NOT NULL DEFAULT current_setting('app.tenant') REFERENCES accounts,
    body text NOT NULL
);
CREATE INDEX ON messages (account_id);
INSERT INTO messages (account_id, body) VALUES ('acme', 'of a');
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY own_read ON messages FOR SELECT USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
GRANT SELECT, INSERT ON messages TO {app};
--- leak
CREATE POLICY add ON messages FOR INSERT WITH CHECK (account_id IS NOT NULL);
--- twin
CREATE POLICY add ON messages FOR INSERT WITH CHECK (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- exploit
INSERT INTO messages (account_id, body) VALUES ('bolt', 'planted');
--- proof
SELECT FROM messages WHERE account_id = 'bolt';
