-- The service sees only a facade: definer views and functions of the owner, who is bound by FORCE and by policies to PUBLIC.
-- a: aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa
-- b: bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb
--- setup
CREATE SCHEMA core;
CREATE SCHEMA facade;
CREATE DOMAIN core.money_cents AS bigint CHECK (VALUE >= 0);
CREATE TABLE core.org (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), label text NOT NULL);
CREATE TABLE core.wallet (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org uuid NOT NULL REFERENCES core.org,
    holder text NOT NULL,
    cents core.money_cents NOT NULL DEFAULT 0,
    UNIQUE (org, id)
);
CREATE TABLE core.entry (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org uuid NOT NULL REFERENCES core.org,
    wallet uuid NOT NULL,
    delta bigint NOT NULL,
    booked_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (org, wallet) REFERENCES core.wallet (org, id)
);
CREATE INDEX ON core.entry (org, wallet, booked_at);
INSERT INTO core.org VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO core.wallet VALUES
    ('aaaaaaaa-1111-4111-8111-000000000001', '{A}', 'ann', 100), ('bbbbbbbb-2222-4222-8222-000000000002', '{B}', 'bob', 200);
INSERT INTO core.entry (org, wallet, delta) VALUES
    ('{A}', 'aaaaaaaa-1111-4111-8111-000000000001', 100), ('{B}', 'bbbbbbbb-2222-4222-8222-000000000002', 200);

ALTER TABLE core.org ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.org FORCE ROW LEVEL SECURITY;
ALTER TABLE core.wallet ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.wallet FORCE ROW LEVEL SECURITY;
ALTER TABLE core.entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.entry FORCE ROW LEVEL SECURITY;
CREATE POLICY org_scope ON core.org USING (id = (SELECT NULLIF(current_setting('facade.org', true), '')::uuid));
CREATE POLICY org_scope ON core.wallet USING (org = (SELECT NULLIF(current_setting('facade.org', true), '')::uuid));
CREATE POLICY org_scope ON core.entry USING (org = (SELECT NULLIF(current_setting('facade.org', true), '')::uuid));

CREATE VIEW facade.wallets AS SELECT id, holder, cents FROM core.wallet;
CREATE VIEW facade.entries AS SELECT e.id, w.holder, e.delta, e.booked_at FROM core.entry e JOIN core.wallet w ON w.id = e.wallet;
CREATE FUNCTION facade.balance() RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = core, pg_temp
    AS $$ SELECT sum(cents) FROM wallet $$;
GRANT USAGE ON SCHEMA facade TO {app};
GRANT SELECT ON facade.wallets, facade.entries TO {app};
--- tenant
SELECT set_config('facade.org', '{tenant}', true);
--- own
SELECT FROM facade.wallets;
