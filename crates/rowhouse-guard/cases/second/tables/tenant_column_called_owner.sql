-- The tenant column has another name but references the root.
-- object: public.subscriptions
-- base: wiki
--- setup
CREATE TABLE subscriptions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), owner uuid NOT NULL REFERENCES workspaces, plan text);
INSERT INTO subscriptions (owner, plan) VALUES ('{B}', 'gold');
GRANT SELECT ON subscriptions TO {backend};
--- leak
SELECT 1;
--- twin
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY ws ON subscriptions USING (owner = (SELECT current_setting('wiki.workspace')::uuid));
--- exploit
SELECT FROM subscriptions WHERE owner = '{B}';
