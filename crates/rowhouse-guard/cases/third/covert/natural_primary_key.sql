-- The short link's slug is its key, and a slug that is taken is somebody's.
-- object: public.short_link
-- base: third_members
--- setup
CREATE TABLE short_link (org_id uuid NOT NULL REFERENCES orgs, slug text NOT NULL, target text NOT NULL);
CREATE INDEX ON short_link (org_id);
INSERT INTO short_link VALUES ('{A}', 'anvils', '/a'), ('{B}', 'merger', '/b');
ALTER TABLE short_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE short_link FORCE ROW LEVEL SECURITY;
CREATE POLICY "Own links" ON short_link TO {authenticated} USING (org_id = (SELECT auth.org_id())) WITH CHECK (org_id = (SELECT auth.org_id()));
GRANT SELECT, INSERT, DELETE ON short_link TO {authenticated};
--- leak
ALTER TABLE short_link ADD PRIMARY KEY (slug);
--- twin
ALTER TABLE short_link ADD PRIMARY KEY (org_id, slug);
--- exploit
WITH i AS (INSERT INTO short_link VALUES ('{A}', 'merger', '/x') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
