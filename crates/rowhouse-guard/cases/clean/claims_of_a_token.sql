-- The tenant in the claims of a token, an enumeration for kinds, a policy for each role of the application.
-- base: empty
--- setup
CREATE TYPE doc_kind AS ENUM ('memo', 'deed');
CREATE TABLE firms (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE deeds (
    firm_id uuid NOT NULL REFERENCES firms, id uuid NOT NULL DEFAULT gen_random_uuid(), kind doc_kind NOT NULL DEFAULT 'memo', author text, PRIMARY KEY (firm_id, id)
);
INSERT INTO firms VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO deeds (firm_id, author) VALUES ('{A}', 'ann'), ('{B}', 'bob');
CREATE FUNCTION claim(name text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> name $$;
ALTER TABLE firms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE deeds ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY firm ON firms FOR SELECT USING (id = claim('firm_id')::uuid);
CREATE POLICY partner ON deeds USING (claim('role') = 'partner' AND firm_id = claim('firm_id')::uuid);
CREATE POLICY clerk ON deeds FOR SELECT
    USING (claim('role') IN ('clerk', 'intern') AND firm_id = claim('firm_id')::uuid AND (kind = 'memo' OR author = claim('sub')));
GRANT SELECT ON firms TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON deeds TO {app};
--- tenant
SELECT set_config('request.jwt.claims', '{"firm_id": "{tenant}", "role": "partner", "sub": "ann"}', true);
--- own
SELECT FROM deeds;
--- exploit
SELECT author FROM deeds WHERE firm_id = '{B}';
