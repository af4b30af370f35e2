-- Tenants of type citext, compared with the setting as citext: their keys are unique without case too.
-- base: empty
-- extension: citext
-- a: acme
-- b: bolt
--- setup
RESET ROLE;
CREATE EXTENSION citext;
SET ROLE {owner};
CREATE TABLE accounts (slug citext PRIMARY KEY CHECK (slug <> ''), name text NOT NULL);
CREATE TABLE notes (account citext NOT NULL REFERENCES accounts, id uuid NOT NULL DEFAULT gen_random_uuid(), body text NOT NULL, PRIMARY KEY (account, id));
INSERT INTO accounts VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO notes (account, body) VALUES ('{A}', 'of a'), ('{B}', 'of b');
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts FOR SELECT USING (slug = (SELECT NULLIF(current_setting('app.account', true), '')::citext));
CREATE POLICY own ON notes USING (account = (SELECT NULLIF(current_setting('app.account', true), '')::citext));
GRANT SELECT ON accounts TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO {app};
--- tenant
SELECT set_config('app.account', '{tenant}', true);
--- own
SELECT FROM notes;
--- exploit
SELECT body FROM notes WHERE account = '{B}';
