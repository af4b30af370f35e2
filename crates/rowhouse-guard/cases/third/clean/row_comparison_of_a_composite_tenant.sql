-- Region and number are compared as one row value.
-- base: empty
--- setup
CREATE TABLE merchant (region char(2) NOT NULL, merchant_no integer NOT NULL, name text NOT NULL, PRIMARY KEY (region, merchant_no));
CREATE TABLE offer (
    region char(2) NOT NULL, merchant_no integer NOT NULL, sku text NOT NULL, price numeric NOT NULL,
    PRIMARY KEY (region, merchant_no, sku), FOREIGN KEY (region, merchant_no) REFERENCES merchant
);
INSERT INTO merchant VALUES ('eu', 1, 'Acme'), ('us', 1, 'Bolt');
INSERT INTO offer VALUES ('eu', 1, 'anvil', 3), ('us', 1, 'bolt', 9);
ALTER TABLE merchant ENABLE ROW LEVEL SECURITY;
ALTER TABLE merchant FORCE ROW LEVEL SECURITY;
ALTER TABLE offer ENABLE ROW LEVEL SECURITY;
ALTER TABLE offer FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON merchant FOR SELECT
    USING ((region, merchant_no) = (current_setting('m.region', true), NULLIF(current_setting('m.no', true), '')::integer));
CREATE POLICY own ON offer
    USING ((region, merchant_no) = (current_setting('m.region', true), NULLIF(current_setting('m.no', true), '')::integer));
GRANT SELECT ON merchant TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON offer TO {app};
--- tenant
SELECT set_config('m.region', 'eu', true), set_config('m.no', '1', true);
--- own
SELECT FROM offer WHERE region = 'eu';
--- exploit
SELECT sku FROM offer WHERE region = 'us';
