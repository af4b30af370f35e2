-- A service that kept its tenants apart by WHERE alone: no row security anywhere.
CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    email text NOT NULL UNIQUE
);
CREATE UNIQUE INDEX users_lower_email ON users (lower(email)) WHERE email <> '';
CREATE TABLE items (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    owner_id uuid REFERENCES users ON DELETE SET NULL,
    title text NOT NULL
);
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id integer NOT NULL REFERENCES items ON DELETE CASCADE,
    body text NOT NULL
);
CREATE TABLE reactions (
    comment_id integer NOT NULL REFERENCES comments ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    emoji text NOT NULL,
    PRIMARY KEY (comment_id, emoji)
);
CREATE TABLE notes (item_id integer REFERENCES items, body text);
CREATE SCHEMA "Crm";
CREATE TABLE "Crm"."Deals" (
    "Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    "Name" text NOT NULL
);
CREATE TABLE events (tenant_id uuid NOT NULL, at date NOT NULL, what text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (what);
CREATE TABLE events_2026_rest PARTITION OF events_2026 DEFAULT;
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE counted (id serial PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text);
CREATE VIEW titles AS SELECT id, title FROM items;
CREATE FUNCTION how_many() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT count(*) FROM items $$;
CREATE MATERIALIZED VIEW item_counts AS SELECT tenant_id, count(*) FROM items GROUP BY 1;

INSERT INTO tenants (id, name) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000000', 'Acme'),
    ('bbbbbbbb-0000-4000-8000-000000000000', 'Bolt');
INSERT INTO users (tenant_id, email) SELECT id, lower(name) || '@example.com' FROM tenants;
INSERT INTO items (tenant_id, owner_id, title)
    SELECT u.tenant_id, u.id, 'item ' || n FROM users u, generate_series(1, 50) n;
INSERT INTO comments (item_id, body) SELECT i.id, repeat('on it ', 200) FROM items i, generate_series(1, 100);
INSERT INTO reactions SELECT id, 'up' FROM comments;
INSERT INTO notes SELECT id, 'a note' FROM items;
INSERT INTO "Crm"."Deals" (tenant_id, "Name") SELECT id, name FROM tenants;
INSERT INTO events SELECT id, day, 'seen' FROM tenants, unnest(ARRAY['2025-05-01', '2026-05-01']::date[]) day;
INSERT INTO countries VALUES ('NL', 'Netherlands');
INSERT INTO counted (tenant_id, note) SELECT id, name FROM tenants;
REFRESH MATERIALIZED VIEW item_counts;

GRANT USAGE, CREATE ON SCHEMA "Crm" TO rowhouse_app;
GRANT SELECT ON tenants, titles, item_counts TO rowhouse_app;
GRANT ALL ON users, items, comments, events, events_2025, counted TO rowhouse_app;
GRANT SELECT, INSERT, DELETE ON reactions, notes TO rowhouse_app;
GRANT SELECT, UPDATE ("Name") ON "Crm"."Deals" TO rowhouse_app;
GRANT SELECT, UPDATE ON countries TO PUBLIC;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO rowhouse_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO rowhouse_app;
