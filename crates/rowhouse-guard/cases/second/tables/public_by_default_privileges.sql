-- Default privileges to PUBLIC on a table that came later.
-- object: public.sessions
-- base: realm
--- leak
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
CREATE TABLE sessions (id uuid PRIMARY KEY, realm_id varchar(36) REFERENCES realm, token text); INSERT INTO sessions VALUES (gen_random_uuid(), 'bolt', 't');
--- twin
CREATE TABLE sessions (id uuid PRIMARY KEY, realm_id varchar(36) REFERENCES realm, token text); INSERT INTO sessions VALUES (gen_random_uuid(), 'bolt', 't');
--- exploit
SELECT FROM sessions WHERE realm_id = 'bolt';
