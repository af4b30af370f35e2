-- A cinema's films and what belongs to them, for two tenants, as they stand once a database has been protected: foreign
-- keys hold the tenant, some primary keys do not. Both tenants use the same ids; what is the other one's says so: OTHER.
CREATE TABLE tenants (id uuid PRIMARY KEY, name text);
CREATE TABLE directors (
    id int, tenant_id uuid NOT NULL, last_name text, PRIMARY KEY (tenant_id, id));
CREATE TABLE films (
    id int, tenant_id uuid NOT NULL, title text NOT NULL, director_id int, PRIMARY KEY (tenant_id, id),
    CONSTRAINT films_director_fkey FOREIGN KEY (tenant_id, director_id) REFERENCES directors (tenant_id, id));
CREATE TABLE technical_specs (
    film_id int, tenant_id uuid NOT NULL, camera text, PRIMARY KEY (tenant_id, film_id),
    FOREIGN KEY (tenant_id, film_id) REFERENCES films (tenant_id, id));
CREATE TABLE actors (id int, tenant_id uuid NOT NULL, first_name text, PRIMARY KEY (tenant_id, id));
CREATE TABLE roles (
    film_id int, actor_id int, tenant_id uuid NOT NULL REFERENCES tenants, character text,
    PRIMARY KEY (film_id, actor_id),
    FOREIGN KEY (tenant_id, film_id) REFERENCES films (tenant_id, id),
    FOREIGN KEY (tenant_id, actor_id) REFERENCES actors (tenant_id, id));
-- What all tenants read, and rows that say which of it is a film's, or a tenant's.
CREATE TABLE genres (code text PRIMARY KEY, name text);
CREATE TABLE film_genres (
    film_id int, code text REFERENCES genres, tenant_id uuid NOT NULL, PRIMARY KEY (film_id, code),
    FOREIGN KEY (tenant_id, film_id) REFERENCES films (tenant_id, id));
CREATE TABLE licences (
    tenant_id uuid REFERENCES tenants, code text REFERENCES genres, PRIMARY KEY (tenant_id, code));
CREATE TABLE big_projects (id int, tenant_id uuid NOT NULL, name text, PRIMARY KEY (tenant_id, id));
CREATE TABLE sites (
    id int, tenant_id uuid NOT NULL, name text, main_project_id int, PRIMARY KEY (tenant_id, id),
    CONSTRAINT main_project FOREIGN KEY (tenant_id, main_project_id) REFERENCES big_projects (tenant_id, id));
CREATE TABLE jobs (
    job_id int, site_id int, big_project_id int, tenant_id uuid NOT NULL,
    PRIMARY KEY (job_id, site_id, big_project_id),
    FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, id),
    FOREIGN KEY (tenant_id, big_project_id) REFERENCES big_projects (tenant_id, id));
-- Only the first name of a user is a key: the others are not unique as they stand, or not unique at all.
CREATE TABLE users (
    id int, tenant_id uuid NOT NULL, username text, email text, nickname text, seat int, badge int, note text,
    PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, username), UNIQUE (tenant_id, seat) DEFERRABLE,
    UNIQUE (badge), UNIQUE (tenant_id, badge, seat));
CREATE UNIQUE INDEX ON users (tenant_id, lower(email));
CREATE UNIQUE INDEX ON users (tenant_id, nickname) WHERE nickname <> '';
CREATE VIEW film_genres_v WITH (security_invoker) AS SELECT film_id, code, tenant_id FROM film_genres;
CREATE VIEW films_v WITH (security_invoker) AS SELECT id, tenant_id, title, director_id FROM films;
CREATE VIEW films_of_v WITH (security_invoker) AS SELECT id AS number, tenant_id AS whose, title FROM films_v WHERE id > 0;
CREATE VIEW titles WITH (security_invoker) AS SELECT id, title, director_id FROM films;
-- What is written to it a trigger takes.
CREATE VIEW caught WITH (security_invoker) AS SELECT id, tenant_id, title FROM films;
CREATE FUNCTION catch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER catch INSTEAD OF INSERT ON caught FOR EACH ROW EXECUTE FUNCTION catch();
CREATE VIEW names WITH (security_invoker) AS SELECT id, last_name FROM directors;
CREATE VIEW by_director WITH (security_invoker) AS SELECT director_id, count(*) AS films FROM films GROUP BY director_id;
CREATE VIEW codes WITH (security_invoker) AS SELECT film_id, code FROM film_genres;
-- The tenant it shows is the film's, not the role's.
CREATE VIEW parts WITH (security_invoker) AS
    SELECT f.tenant_id, f.title, r.actor_id FROM roles r JOIN films f ON (f.tenant_id, f.id) = (r.tenant_id, r.film_id);
-- These read as their owner, or read one that does.
CREATE VIEW owners AS SELECT id, title, director_id FROM films;
CREATE VIEW through_owners WITH (security_invoker) AS SELECT id, title, director_id FROM owners;
CREATE FUNCTION c_director(films) RETURNS SETOF directors STABLE ROWS 1 LANGUAGE sql
    AS $$ SELECT * FROM directors WHERE id = $1.director_id $$;
CREATE FUNCTION loud(films) RETURNS text STABLE LANGUAGE sql AS $$ SELECT upper($1.title) $$;
CREATE FUNCTION c_alike(films_v) RETURNS SETOF films STABLE LANGUAGE sql
    AS $$ SELECT * FROM films WHERE director_id = $1.director_id AND id <> $1.id $$;
CREATE FUNCTION c_stolen(films) RETURNS SETOF directors STABLE SECURITY DEFINER LANGUAGE sql
    AS $$ SELECT * FROM directors $$;

INSERT INTO tenants VALUES (:a, 'mine'), (:b, 'OTHER');
INSERT INTO directors VALUES (1, :a, 'Lang'), (2, :a, 'Varda'), (1, :b, 'OTHER'), (2, :b, 'OTHER');
INSERT INTO films VALUES
    (1, :a, 'M', 1), (2, :a, 'Metropolis', 1), (3, :a, 'Vagabond', 2), (4, :a, 'Unmade', NULL),
    (1, :b, 'OTHER', 2), (2, :b, 'OTHER', 2), (3, :b, 'OTHER', 1), (90, :b, 'OTHER', 1);
INSERT INTO technical_specs VALUES (1, :a, 'Debrie'), (1, :b, 'OTHER'), (3, :b, 'OTHER');
INSERT INTO actors VALUES (1, :a, 'Peter'), (2, :a, 'Brigitte'), (3, :a, 'Sandrine'), (1, :b, 'OTHER'), (2, :b, 'OTHER');
INSERT INTO roles VALUES
    (1, 1, :a, 'Beckert'), (2, 2, :a, 'Maria'), (3, 3, :a, 'Mona'), (3, 1, :b, 'OTHER'), (1, 2, :b, 'OTHER');
INSERT INTO genres VALUES ('noir', 'Noir'), ('scifi', 'Science fiction');
INSERT INTO film_genres VALUES (1, 'noir', :a), (2, 'scifi', :a), (1, 'scifi', :b), (3, 'noir', :b);
INSERT INTO licences VALUES (:a, 'noir'), (:b, 'scifi');
INSERT INTO big_projects VALUES (1, :a, 'tower'), (2, :a, 'bridge'), (1, :b, 'OTHER'), (2, :b, 'OTHER');
INSERT INTO sites VALUES (1, :a, 'north', 1), (2, :a, 'south', NULL), (1, :b, 'OTHER', 2);
INSERT INTO users (id, tenant_id, username, email, nickname, seat, badge) VALUES
    (1, :a, 'ann', 'a@x', 'a', 1, 1), (1, :b, 'ann', 'OTHER', 'a', 1, 90), (2, :b, 'ben', 'OTHER2', 'b', 2, 91);
INSERT INTO jobs VALUES (1, 1, 2, :a), (1, 2, 1, :a), (1, 1, 1, :b);

DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'genres' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %s USING (%I = (SELECT current_setting(''app.current_tenant_id'')::uuid))',
            t, CASE t::text WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO rowhouse_app;
