-- Partitions by tenant: the other tenant's can be named.
-- object: public.messages_bolt
-- base: text
--- setup
CREATE TABLE messages (account_id text NOT NULL REFERENCES accounts, at timestamptz NOT NULL DEFAULT now(), body text)
    PARTITION BY LIST (account_id);
CREATE TABLE messages_acme PARTITION OF messages FOR VALUES IN ('acme');
CREATE TABLE messages_bolt PARTITION OF messages FOR VALUES IN ('bolt');
INSERT INTO messages (account_id, body) VALUES ('acme', 'of a'), ('bolt', 'of b');
CREATE INDEX ON messages (account_id);
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON messages USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
GRANT SELECT ON messages TO {app};
--- leak
GRANT SELECT ON messages_bolt TO {app};
--- exploit
SELECT body FROM messages_bolt;
