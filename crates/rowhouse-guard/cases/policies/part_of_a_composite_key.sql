-- Tenants are told apart by region and number; the policy compares the number alone.
-- object: public.assets
-- base: integer
--- setup
CREATE TABLE regional_orgs (region text, number integer, name text, PRIMARY KEY (region, number));
CREATE TABLE assets (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text NOT NULL,
    org_number integer NOT NULL,
    name text NOT NULL,
    FOREIGN KEY (region, org_number) REFERENCES regional_orgs
);
INSERT INTO regional_orgs VALUES ('eu', 1, 'Acme'), ('us', 1, 'Bolt');
INSERT INTO assets (region, org_number, name) VALUES ('eu', 1, 'of a'), ('us', 1, 'of b');
ALTER TABLE assets ENABLE ROW LEVEL SECURITY;
ALTER TABLE assets FORCE ROW LEVEL SECURITY;
GRANT SELECT ON assets TO {app};
--- leak
CREATE POLICY assets_own ON assets
    USING (org_number = NULLIF(current_setting('myapp.org_number', true), '')::integer);
--- twin
CREATE POLICY assets_own ON assets
    USING (org_number = NULLIF(current_setting('myapp.org_number', true), '')::integer
           AND region = NULLIF(current_setting('myapp.region', true), ''));
--- exploit
SELECT set_config('myapp.org_number', '1', true), set_config('myapp.region', 'eu', true);
SELECT id FROM assets WHERE region = 'us';
