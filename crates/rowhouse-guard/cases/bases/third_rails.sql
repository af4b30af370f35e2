-- Rails: bigint accounts, one policy per command for a group role that the login inherits, children without the account.
-- a: 101
-- b: 202
-- login: puma
--- setup
RESET ROLE;
CREATE ROLE {web} NOLOGIN;
GRANT {web} TO {puma};
CREATE ROLE {sidekiq_admin} NOLOGIN;
SET ROLE {owner};
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp NOT NULL DEFAULT now());
CREATE TABLE accounts (
    id bigserial PRIMARY KEY,
    subdomain varchar NOT NULL UNIQUE,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    email varchar NOT NULL,
    encrypted_password varchar NOT NULL DEFAULT '',
    role integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_users_on_account_id_and_email ON users (account_id, lower(email));
CREATE TABLE courses (
    id bigserial PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    title varchar NOT NULL,
    published boolean NOT NULL DEFAULT false,
    UNIQUE (account_id, id)
);
CREATE TABLE lessons (
    id bigserial PRIMARY KEY,
    course_id bigint NOT NULL,
    body text NOT NULL
);
CREATE INDEX index_lessons_on_course_id ON lessons (course_id);
CREATE INDEX index_courses_on_account_id ON courses (account_id);

INSERT INTO accounts (id, subdomain) VALUES (101, 'acme'), (202, 'bolt');
INSERT INTO users (id, account_id, email) VALUES (1, 101, 'ann@acme.test'), (2, 202, 'bob@bolt.test');
INSERT INTO courses (id, account_id, title, published) VALUES (1, 101, 'Anvils', false), (2, 202, 'secret of b', true);
INSERT INTO lessons (id, course_id, body) VALUES (1, 1, 'of a'), (2, 2, 'secret of b');
SELECT setval('users_id_seq', 100), setval('courses_id_seq', 100), setval('lessons_id_seq', 100);

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE courses ENABLE ROW LEVEL SECURITY;
ALTER TABLE courses FORCE ROW LEVEL SECURITY;
ALTER TABLE lessons ENABLE ROW LEVEL SECURITY;
ALTER TABLE lessons FORCE ROW LEVEL SECURITY;
CREATE POLICY accounts_read ON accounts FOR SELECT TO {web} USING (id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY users_read ON users FOR SELECT TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY users_add ON users FOR INSERT TO {web} WITH CHECK (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY users_change ON users FOR UPDATE TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY users_remove ON users FOR DELETE TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY courses_read ON courses FOR SELECT TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY courses_add ON courses FOR INSERT TO {web} WITH CHECK (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY courses_change ON courses FOR UPDATE TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY courses_remove ON courses FOR DELETE TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
CREATE POLICY lessons_of_course ON lessons TO {web} USING (EXISTS (SELECT 1 FROM courses c WHERE c.id = lessons.course_id));

GRANT SELECT ON accounts TO {web};
GRANT SELECT, INSERT, UPDATE, DELETE ON users, courses, lessons TO {web};
GRANT USAGE ON SEQUENCE users_id_seq, courses_id_seq, lessons_id_seq TO {web};
--- tenant
SELECT set_config('rls.account_id', '{tenant}', true);
--- own
SELECT FROM courses;
