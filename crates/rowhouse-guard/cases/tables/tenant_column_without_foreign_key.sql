-- A tenant column by name alone, without a foreign key.
-- object: public.page_views
-- base: text
--- setup
CREATE TABLE page_views (account_id text NOT NULL, path text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON page_views (account_id, at);
INSERT INTO page_views VALUES ('acme', '/a'), ('bolt', '/b');
GRANT SELECT, INSERT ON page_views TO {app};
--- leak
--- twin
ALTER TABLE page_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE page_views FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON page_views USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- exploit
SELECT path FROM page_views WHERE account_id = '{B}';
