-- A child without a foreign key goes through its protected parent.
-- object: public.notes
-- base: uuid
--- setup
CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), item uuid NOT NULL, body text); RESET ROLE; INSERT INTO notes (item, body) SELECT id, title FROM items; SET ROLE {owner}; ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON notes USING (item IN (SELECT id FROM items)); GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO {app};
--- leak
CREATE POLICY q ON notes FOR SELECT USING (body <> '');
--- twin
SELECT 1;
--- exploit
SELECT FROM notes WHERE body = 'bolt';
