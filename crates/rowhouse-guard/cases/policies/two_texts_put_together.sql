-- The tenant and the region are compared put together, where different pairs give the same text.
-- object: public.buckets
-- base: empty
-- a: acme
-- b: uacme
--- setup
CREATE TABLE accounts (id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE buckets (account_id text NOT NULL REFERENCES accounts, region text NOT NULL, name text NOT NULL, PRIMARY KEY (account_id, region, name));
INSERT INTO accounts VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO buckets VALUES ('acme', 'eu', 'of a'), ('uacme', 'e', 'of b');
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE buckets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts FOR SELECT USING (id = (SELECT NULLIF(current_setting('app.account', true), '')));
GRANT SELECT ON accounts, buckets TO {app};
--- leak
CREATE POLICY own ON buckets USING (region || account_id = current_setting('app.region', true) || current_setting('app.account', true));
--- twin
CREATE POLICY own ON buckets USING (region = current_setting('app.region', true) AND account_id = current_setting('app.account', true));
--- tenant
SELECT set_config('app.account', '{tenant}', true), set_config('app.region', 'eu', true);
--- own
SELECT FROM buckets;
--- exploit
SELECT name FROM buckets WHERE account_id = '{B}';
