-- A collation for which case makes no difference.
-- object: public.notes
-- base: text
--- setup
CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
RESET ROLE;
INSERT INTO accounts VALUES ('ACME', 'another Acme');
SET ROLE {owner};
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id text NOT NULL REFERENCES accounts, body text);
CREATE INDEX ON notes (account_id);
INSERT INTO notes (account_id, body) VALUES ('acme', 'of a'), ('ACME', 'of the other');
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
GRANT SELECT ON notes TO {app};
--- leak
CREATE POLICY own ON notes USING (account_id COLLATE folded = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- twin
CREATE POLICY own ON notes USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- exploit
SELECT id FROM notes WHERE account_id COLLATE "C" = 'ACME';
