-- A studio's clients, projects, tasks and people, for two tenants; everything of the other one
-- says so in capital letters: OTHER.
CREATE TYPE mood AS ENUM ('low', 'fair', 'high');
CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE place AS (city text, zip int);

CREATE TABLE clients (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, name text NOT NULL, parent_id int REFERENCES clients);
CREATE TABLE projects (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, name text NOT NULL,
    client_id int REFERENCES clients, budget numeric);
CREATE TABLE plans (
    project_id int PRIMARY KEY REFERENCES projects, tenant_id uuid NOT NULL, note text);
CREATE TABLE tasks (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, name text NOT NULL, project_id int REFERENCES projects);
CREATE TABLE people (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, name text NOT NULL);
CREATE TABLE people_tasks (
    tenant_id uuid NOT NULL, person_id int REFERENCES people, task_id int REFERENCES tasks,
    PRIMARY KEY (person_id, task_id));
CREATE TABLE messages (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, body text,
    sender_id int CONSTRAINT messages_sender_fkey REFERENCES people,
    recipient_id int CONSTRAINT messages_recipient_fkey REFERENCES people);
CREATE TABLE "Odd Things" (
    "The Id" int PRIMARY KEY, tenant_id uuid NOT NULL, "camelCase" text);
CREATE TABLE samples (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, title text, words tsvector, ok bool,
    tags text[], span int4range, data jsonb, mood mood, done percent, home place, at timestamptz, score float8);
CREATE TABLE events (
    id int, tenant_id uuid NOT NULL, day date, name text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

INSERT INTO clients VALUES (1, :a, 'Microsoft', NULL), (2, :a, 'Apple', 1), (9, :b, 'OTHER', NULL);
INSERT INTO projects VALUES
    (1, :a, 'Windows 7', 1, 100), (2, :a, 'Windows 10', 1, 50.5), (3, :a, 'IOS', 2, 10),
    (4, :a, 'OSX', 2, NULL), (5, :a, 'Orphan', NULL, 1), (9, :b, 'OTHER', 9, 999);
-- Nothing stops another tenant's row from pointing here; it must not show.
INSERT INTO projects VALUES (8, :b, 'OTHER here', 1, 888);
INSERT INTO plans VALUES (1, :a, 'launch'), (3, :a, 'polish'), (9, :b, 'OTHER');
INSERT INTO tasks VALUES
    (1, :a, 'Design w7', 1), (2, :a, 'Code w7', 1), (3, :a, 'Design w10', 2), (4, :a, 'Code w10', 2),
    (5, :a, 'Design IOS', 3), (6, :a, 'Code IOS', 3), (7, :a, 'Design OSX', 4), (9, :b, 'OTHER', 1);
INSERT INTO people VALUES (1, :a, 'Angela'), (2, :a, 'Michael'), (3, :a, 'Dwight'), (9, :b, 'OTHER');
INSERT INTO people_tasks VALUES
    (:a, 1, 1), (:a, 1, 2), (:a, 2, 5), (:a, 2, 6), (:b, 9, 1), (:b, 1, 3);
INSERT INTO messages VALUES (1, :a, 'hello', 1, 2), (2, :a, 'bye', 3, NULL), (9, :b, 'OTHER', 1, 9);
INSERT INTO "Odd Things" VALUES (1, :a, 'hump'), (9, :b, 'OTHER');
INSERT INTO samples VALUES
    (1, :a, 'It''s kind of fun', to_tsvector('english', 'fun to do the impossible'), true, '{a,b}', '[1,10)',
     '{"a": {"b": "x"}, "n": 1, "list": [1, 2]}', 'low', 10, ('Ulm', 89073), '2024-01-02 03:04:05+00', 1.5),
    (2, :a, 'sea, "salt"', to_tsvector('english', 'sailing the sea'), false, '{b,c}', '[10,20)',
     '{"a": {"b": "y"}, "n": 2}', 'high', 90, ('Bonn', 53111), '2024-06-01 00:00:00+00', 'NaN'),
    (3, :a, NULL, NULL, NULL, '{}', 'empty', NULL, NULL, NULL, NULL, NULL, NULL),
    (9, :b, 'OTHER', to_tsvector('OTHER'), true, '{OTHER}', '[1,2)', '{"OTHER": 1}', 'low', 1, ('OTHER', 1), now(), 1);
INSERT INTO events VALUES (1, :a, '2024-05-05', 'spring'), (2, :a, '2025-05-05', 'again'), (9, :b, '2024-06-06', 'OTHER');

CREATE VIEW project_names WITH (security_invoker) AS
    SELECT id, name AS title, client_id, upper(name) AS loud FROM projects;
CREATE FUNCTION shout(projects) RETURNS text STABLE LANGUAGE sql AS $$ SELECT upper($1.name) $$;
CREATE FUNCTION all_tasks(projects) RETURNS SETOF tasks STABLE LANGUAGE sql
    AS $$ SELECT * FROM tasks WHERE project_id = $1.id $$;
CREATE FUNCTION owner(projects) RETURNS SETOF clients STABLE ROWS 1 LANGUAGE sql
    AS $$ SELECT * FROM clients WHERE id = $1.client_id $$;
CREATE FUNCTION stolen(projects) RETURNS text STABLE SECURITY DEFINER LANGUAGE sql AS $$ SELECT 'OTHER' $$;
CREATE FUNCTION fails(people) RETURNS text STABLE LANGUAGE plpgsql
    AS $$ BEGIN RAISE 'no % here', $1.name USING ERRCODE = 'PT418', DETAIL = 'short', HINT = 'stout'; END $$;

CREATE SCHEMA v2;
GRANT USAGE ON SCHEMA v2 TO rowhouse_app;
CREATE TABLE v2.projects (id int PRIMARY KEY, tenant_id uuid NOT NULL, label text);
CREATE TABLE v2.notes (id int PRIMARY KEY, tenant_id uuid NOT NULL, project_id int REFERENCES v2.projects);
INSERT INTO v2.projects VALUES (1, :a, 'second'), (9, :b, 'OTHER');
INSERT INTO v2.notes VALUES (1, :a, 1), (9, :b, 9);

DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace IN ('public'::regnamespace, 'v2'::regnamespace) LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %s USING (tenant_id = (SELECT current_setting(''app.current_tenant_id'')::uuid))', t);
    END LOOP;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA public, v2 TO rowhouse_app;
