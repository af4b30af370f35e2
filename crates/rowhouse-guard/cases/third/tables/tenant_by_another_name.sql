-- The tenant column is called owner_org here and only its foreign key says so.
-- object: public.webhook
-- base: third_members
--- setup
CREATE TABLE webhook (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), belongs_to uuid NOT NULL REFERENCES orgs ON DELETE CASCADE,
    url text NOT NULL, secret text NOT NULL
);
CREATE INDEX ON webhook (belongs_to);
INSERT INTO webhook (belongs_to, url, secret) VALUES ('{A}', 'https://a.test', 'a'), ('{B}', 'https://b.test', 'secret of b');
GRANT SELECT, INSERT, DELETE ON webhook TO {authenticated};
--- leak
--- twin
ALTER TABLE webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook FORCE ROW LEVEL SECURITY;
CREATE POLICY "Org webhooks" ON webhook TO {authenticated} USING (belongs_to = (SELECT auth.org_id())) WITH CHECK (belongs_to = (SELECT auth.org_id()));
--- exploit
SELECT secret FROM webhook WHERE belongs_to = '{B}';
