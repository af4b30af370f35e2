-- Rows without a tenant are everybody's, and anybody's rows lose theirs when the tenant is unlinked.
-- object: public.notes
-- base: empty
--- setup
CREATE TABLE accounts (id uuid PRIMARY KEY, name text);
CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), account_id uuid REFERENCES accounts ON DELETE SET NULL, body text);
INSERT INTO accounts VALUES ('{A}', 'a'), ('{B}', 'b'); INSERT INTO notes (account_id, body) VALUES ('{A}', 'a'), ('{B}', 'b'), (NULL, 'once of b');
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts USING (id = current_setting('my.account_id', true)::uuid);
GRANT SELECT ON accounts TO {app}; GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO {app};
--- leak
CREATE POLICY own ON notes USING (account_id = current_setting('my.account_id', true)::uuid OR account_id IS NULL);
--- twin
CREATE POLICY own ON notes USING (account_id = current_setting('my.account_id', true)::uuid);
--- tenant
SELECT set_config('my.account_id', '{tenant}', true);
--- own
SELECT FROM notes;
--- exploit
SELECT FROM notes WHERE body = 'once of b';
