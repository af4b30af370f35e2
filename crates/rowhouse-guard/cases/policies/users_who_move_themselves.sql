-- The tenant is that of the user's row, and users may change their own row, the tenant in it too.
-- object: public.people
-- object: public.papers
-- base: empty
-- a: 11111111-1111-4111-8111-111111111111
-- b: 22222222-2222-4222-8222-222222222222
--- setup
CREATE TABLE schools (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE people (id uuid PRIMARY KEY, school_id uuid NOT NULL REFERENCES schools, nick text NOT NULL);
CREATE INDEX ON people (school_id);
CREATE TABLE papers (school_id uuid NOT NULL REFERENCES schools, id uuid NOT NULL DEFAULT gen_random_uuid(), body text NOT NULL, PRIMARY KEY (school_id, id));
INSERT INTO schools VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO people VALUES ('{A}', '{A}', 'ann'), ('{B}', '{B}', 'bob');
INSERT INTO papers (school_id, body) VALUES ('{A}', 'of a'), ('{B}', 'of b');
ALTER TABLE schools ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE people ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE papers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY me ON people FOR SELECT USING (id = (SELECT current_setting('app.user_id')::uuid));
CREATE POLICY mine ON schools FOR SELECT USING (id IN (SELECT p.school_id FROM people p WHERE p.id = (SELECT current_setting('app.user_id')::uuid)));
CREATE POLICY mine ON papers USING (school_id IN (SELECT p.school_id FROM people p WHERE p.id = (SELECT current_setting('app.user_id')::uuid)));
GRANT SELECT ON schools, people TO {app};
GRANT SELECT, INSERT ON papers TO {app};
--- leak
GRANT UPDATE ON people TO {app};
CREATE POLICY edit ON people FOR UPDATE USING (id = (SELECT current_setting('app.user_id')::uuid));
--- twin
GRANT UPDATE (nick) ON people TO {app};
CREATE POLICY edit ON people FOR UPDATE USING (id = (SELECT current_setting('app.user_id')::uuid));
--- tenant
SELECT set_config('app.user_id', '{tenant}', true);
--- own
SELECT FROM papers;
--- exploit
UPDATE people SET school_id = '{B}';
SELECT body FROM papers WHERE school_id = '{B}';
