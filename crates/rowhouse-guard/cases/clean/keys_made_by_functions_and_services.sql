-- Surrogate keys of other makes: a time-ordered number from a function, prefixed texts, and ids that the service draws.
-- base: integer
--- setup
CREATE SEQUENCE shard_seq;
CREATE FUNCTION next_id() RETURNS bigint LANGUAGE sql AS $$
    SELECT ((extract(epoch FROM clock_timestamp()) * 1000)::bigint << 12) | (nextval('shard_seq') % 4096)
$$;
GRANT USAGE ON SEQUENCE shard_seq TO {app};
CREATE TABLE shipments (
    shipment_no bigint PRIMARY KEY DEFAULT next_id(), org_id integer NOT NULL REFERENCES organizations, label text
);
CREATE TABLE payouts (
    reference text PRIMARY KEY DEFAULT 'po_' || md5(random()::text || clock_timestamp()::text),
    org_id integer NOT NULL REFERENCES organizations, label text
);
CREATE TABLE "Draft" (id text NOT NULL PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, label text);
CREATE INDEX ON shipments (org_id);
CREATE INDEX ON payouts (org_id);
CREATE INDEX ON "Draft" (org_id);
INSERT INTO shipments (org_id, label) VALUES (1, 'of a'), (2, 'of b');
INSERT INTO payouts (org_id, label) VALUES (1, 'of a'), (2, 'of b');
INSERT INTO "Draft" VALUES ('cl9ebqhxk00003b600tymydho', 1, 'of a'), ('cl9ebqhxk00013b60aqr2ylsh', 2, 'of b');
ALTER TABLE shipments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE payouts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "Draft" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shipments TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
CREATE POLICY own ON payouts TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
CREATE POLICY own ON "Draft" TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT, UPDATE ON shipments, payouts, "Draft" TO {app};
--- exploit
SELECT FROM shipments WHERE label = 'of b' UNION ALL SELECT FROM payouts WHERE label = 'of b' UNION ALL SELECT FROM "Draft" WHERE label = 'of b';
