-- Paints, whose colours, ids and prices are stored as plain values and shown in other forms, for two tenants; what is
-- the other one's says so: OTHER.
CREATE SCHEMA made;
CREATE SCHEMA closed;

-- A colour is a number, and shown as #rrggbb.
CREATE DOMAIN color AS int CHECK (VALUE BETWEEN 0 AND 16777215);
CREATE FUNCTION made."Color's json"(color) RETURNS json IMMUTABLE LANGUAGE sql
    AS $$ SELECT to_json('#' || lpad(to_hex($1), 6, '0')) $$;
CREATE FUNCTION color(text) RETURNS color STABLE LANGUAGE plpgsql AS $$ BEGIN
    IF $1 !~ '^#[0-9a-f]{6}$' THEN RAISE EXCEPTION 'no colour: %', $1 USING HINT = 'write #rrggbb'; END IF;
    RETURN ('x' || lpad(substr($1, 2), 8, '0'))::bit(32)::int;
END $$;
CREATE FUNCTION color(json) RETURNS color IMMUTABLE LANGUAGE sql
    AS $$ SELECT CASE json_typeof($1) WHEN 'number' THEN ($1 #>> '{}')::int ELSE color($1 #>> '{}') END $$;
CREATE CAST (color AS json) WITH FUNCTION made."Color's json"(color) AS IMPLICIT;
CREATE CAST (text AS color) WITH FUNCTION color(text) AS IMPLICIT;
CREATE CAST (json AS color) WITH FUNCTION color(json) AS IMPLICIT;

-- A key is a uuid, and shown without its dashes.
CREATE DOMAIN "Short Id" AS uuid;
CREATE FUNCTION short("Short Id") RETURNS json STABLE STRICT LANGUAGE sql
    AS $$ SELECT to_json('x' || replace($1::text, '-', '')) $$;
CREATE FUNCTION long(text) RETURNS "Short Id" VOLATILE LANGUAGE sql AS $$ SELECT substr($1, 2)::uuid $$;
CREATE FUNCTION long(json) RETURNS "Short Id" STABLE LANGUAGE sql AS $$ SELECT long($1 #>> '{}') $$;
CREATE CAST ("Short Id" AS json) WITH FUNCTION short("Short Id") AS IMPLICIT;
CREATE CAST (text AS "Short Id") WITH FUNCTION long(text) AS IMPLICIT;
CREATE CAST (json AS "Short Id") WITH FUNCTION long(json) AS IMPLICIT;

-- Shown only; its function is called for null too, and takes the type beneath, beside one that takes the domain.
CREATE DOMAIN money_of AS numeric;
CREATE FUNCTION made.money(numeric) RETURNS json IMMUTABLE LANGUAGE sql
    AS $$ SELECT json_build_object('amount', $1, 'known', $1 IS NOT NULL) $$;
CREATE FUNCTION made.money(money_of) RETURNS json IMMUTABLE LANGUAGE sql AS $$ SELECT '"wrong"'::json $$;
CREATE CAST (money_of AS json) WITH FUNCTION made.money(numeric) AS IMPLICIT;

-- Fails for what is not there.
CREATE DOMAIN name_of AS text;
CREATE FUNCTION made.name(name_of) RETURNS json IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
    IF $1 IS NULL THEN RAISE EXCEPTION 'no name'; END IF;
    IF $1 = 'secret' THEN RAISE EXCEPTION 'not to be told'; END IF;
    RETURN to_json(upper($1));
END $$;
CREATE CAST (name_of AS json) WITH FUNCTION made.name(name_of) AS IMPLICIT;

-- Each of these has a cast that is not used.
CREATE DOMAIN unexecuted AS text;
CREATE FUNCTION made.unexecuted(unexecuted) RETURNS json LANGUAGE sql AS $$ SELECT '"NEVER"'::json $$;
REVOKE EXECUTE ON FUNCTION made.unexecuted FROM PUBLIC;
CREATE CAST (unexecuted AS json) WITH FUNCTION made.unexecuted(unexecuted) AS IMPLICIT;
CREATE DOMAIN enclosed AS text;
CREATE FUNCTION closed.enclosed(text) RETURNS enclosed LANGUAGE sql AS $$ SELECT 'NEVER'::enclosed $$;
CREATE CAST (text AS enclosed) WITH FUNCTION closed.enclosed(text) AS IMPLICIT;
CREATE DOMAIN owned AS text;
CREATE FUNCTION made.owned(json) RETURNS owned LANGUAGE sql SECURITY DEFINER AS $$ SELECT 'NEVER'::owned $$;
CREATE CAST (json AS owned) WITH FUNCTION made.owned(json) AS IMPLICIT;
CREATE DOMAIN hidden AS text;
CREATE FUNCTION made.hidden(hidden) RETURNS json LANGUAGE sql AS $$ SELECT '"NEVER"'::json $$;
CREATE CAST (hidden AS json) WITH FUNCTION made.hidden(hidden) AS IMPLICIT;
CREATE DOMAIN explicit AS text;
CREATE FUNCTION made.explicit(explicit) RETURNS json LANGUAGE sql AS $$ SELECT '"NEVER"'::json $$;
CREATE CAST (explicit AS json) WITH FUNCTION made.explicit(explicit) AS ASSIGNMENT;
-- This one runs as its owner, and is allowed by name.
CREATE DOMAIN allowed AS text;
CREATE FUNCTION made.allowed(allowed) RETURNS json LANGUAGE sql SECURITY DEFINER AS $$ SELECT to_json('allowed ' || $1) $$;
CREATE CAST (allowed AS json) WITH FUNCTION made.allowed(allowed) AS IMPLICIT;

-- A tenant's id, shown with a letter before it. What reads it would take the other tenant's for anything.
CREATE DOMAIN tenant_of AS uuid;
CREATE FUNCTION made.tenant(tenant_of) RETURNS json IMMUTABLE LANGUAGE sql AS $$ SELECT to_json('t' || $1::text) $$;
CREATE FUNCTION made.tenant(text) RETURNS tenant_of IMMUTABLE LANGUAGE sql AS $$ SELECT substr($1, 2)::tenant_of $$;
CREATE FUNCTION made.tenant(json) RETURNS tenant_of IMMUTABLE LANGUAGE sql AS $$ SELECT :b::tenant_of $$;
CREATE CAST (tenant_of AS json) WITH FUNCTION made.tenant(tenant_of) AS IMPLICIT;
CREATE CAST (text AS tenant_of) WITH FUNCTION made.tenant(text) AS IMPLICIT;
CREATE CAST (json AS tenant_of) WITH FUNCTION made.tenant(json) AS IMPLICIT;

CREATE TABLE tenants (id uuid PRIMARY KEY, name text);
CREATE TABLE makers (
    id "Short Id" PRIMARY KEY, tenant_id uuid NOT NULL, name name_of, house color);
CREATE TABLE paints (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, title text, color color DEFAULT 255, price money_of,
    maker_id "Short Id" REFERENCES makers);
COMMENT ON COLUMN paints.color IS 'As #rrggbb.';
CREATE TABLE oddities (
    id int PRIMARY KEY, tenant_id uuid NOT NULL, a unexecuted, b enclosed, c owned, d hidden, e explicit, f allowed);
CREATE TABLE ledgers (tenant_id tenant_of, id int, note text, PRIMARY KEY (tenant_id, id));
CREATE VIEW books WITH (security_invoker) AS SELECT tenant_id AS whose, id, note FROM ledgers;
CREATE VIEW shades WITH (security_invoker) AS
    SELECT id, tenant_id, title, color, (color / 2)::color AS dark, maker_id FROM paints;
CREATE FUNCTION light(paints) RETURNS color STABLE LANGUAGE sql AS $$ SELECT ($1.color * 2)::color $$;
CREATE FUNCTION paints_over(above int) RETURNS SETOF paints STABLE LANGUAGE sql
    AS $$ SELECT * FROM paints WHERE color > $1 ORDER BY id $$;
CREATE FUNCTION a_color() RETURNS color STABLE LANGUAGE sql AS $$ SELECT 255::color $$;
CREATE FUNCTION mixed(c color) RETURNS int STABLE LANGUAGE sql AS $$ SELECT $1 + 1 $$;

INSERT INTO tenants VALUES (:a, 'mine'), (:b, 'OTHER');
INSERT INTO makers VALUES
    ('00000000-0000-4000-8000-000000000001', :a, 'lefranc', 255),
    ('00000000-0000-4000-8000-000000000002', :a, 'winsor', 65280),
    ('00000000-0000-4000-8000-000000000009', :b, 'OTHER', 255);
INSERT INTO paints VALUES
    (1, :a, 'blue', 255, 1.50, '00000000-0000-4000-8000-000000000001'),
    (2, :a, 'green', 65280, NULL, '00000000-0000-4000-8000-000000000001'),
    (3, :a, 'clear', NULL, 2, NULL),
    (4, :a, 'sea', 255, 3, '00000000-0000-4000-8000-000000000002'),
    (9, :b, 'OTHER', 255, 9, '00000000-0000-4000-8000-000000000009');
INSERT INTO oddities VALUES (1, :a, 'a', 'b', 'c', 'd', 'e', 'f'), (9, :b, 'OTHER', 'b', 'c', 'd', 'e', 'f');
INSERT INTO ledgers VALUES (:a, 1, 'mine'), (:b, 1, 'OTHER'), (:b, 2, 'OTHER');

DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %s USING (%I = (SELECT current_setting(''app.current_tenant_id'')::%s))',
            t, CASE t::text WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END, CASE t::text WHEN 'ledgers' THEN 'tenant_of' ELSE 'uuid' END);
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA made TO rowhouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO rowhouse_app;
