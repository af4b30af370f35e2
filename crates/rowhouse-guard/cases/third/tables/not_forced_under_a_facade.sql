-- The facade relies on FORCE: a ledger added without it is read by its owner's view, past the policy.
-- object: core.hold
-- object: facade.holds
-- base: third_facade
--- setup
CREATE TABLE core.hold (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org uuid NOT NULL REFERENCES core.org, wallet uuid NOT NULL, cents bigint NOT NULL,
    FOREIGN KEY (org, wallet) REFERENCES core.wallet (org, id)
);
CREATE INDEX ON core.hold (org, wallet);
INSERT INTO core.hold (org, wallet, cents) VALUES
    ('{A}', 'aaaaaaaa-1111-4111-8111-000000000001', 100), ('{B}', 'bbbbbbbb-2222-4222-8222-000000000002', 200);
ALTER TABLE core.hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY org_scope ON core.hold USING (org = (SELECT NULLIF(current_setting('facade.org', true), '')::uuid));
CREATE VIEW facade.holds AS SELECT id, wallet, cents FROM core.hold;
GRANT SELECT ON facade.holds TO {app};
--- leak
--- twin
ALTER TABLE core.hold FORCE ROW LEVEL SECURITY;
--- exploit
SELECT cents FROM facade.holds WHERE cents = 200;
