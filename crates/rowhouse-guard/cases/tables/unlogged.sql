-- A cache, unlogged, by key, with other tenants' answers in it.
-- object: public.cache
-- base: integer
--- setup
CREATE UNLOGGED TABLE cache (org_id integer NOT NULL, key text NOT NULL, answer jsonb, PRIMARY KEY (org_id, key));
INSERT INTO cache VALUES (2, 'orders', '["of b"]');
GRANT SELECT, INSERT, UPDATE, DELETE ON cache TO {app};
--- leak
--- twin
ALTER TABLE cache ENABLE ROW LEVEL SECURITY;
ALTER TABLE cache FORCE ROW LEVEL SECURITY;
CREATE POLICY cache_own ON cache USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT answer FROM cache WHERE org_id = {B};
