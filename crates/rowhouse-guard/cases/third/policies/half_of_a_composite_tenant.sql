-- A tenant is a region and a number; the policy compares the number.
-- object: public.stock
-- base: empty
--- setup
CREATE TABLE merchant (region char(2) NOT NULL, merchant_no integer NOT NULL, name text NOT NULL, PRIMARY KEY (region, merchant_no));
CREATE TABLE stock (
    region char(2) NOT NULL, merchant_no integer NOT NULL, sku text NOT NULL, pieces integer NOT NULL,
    PRIMARY KEY (region, merchant_no, sku), FOREIGN KEY (region, merchant_no) REFERENCES merchant
);
INSERT INTO merchant VALUES ('eu', 1, 'Acme'), ('us', 1, 'Bolt');
INSERT INTO stock VALUES ('eu', 1, 'anvil', 3), ('us', 1, 'bolt', 9);
ALTER TABLE merchant ENABLE ROW LEVEL SECURITY;
ALTER TABLE merchant FORCE ROW LEVEL SECURITY;
ALTER TABLE stock ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON merchant FOR SELECT
    USING (region = current_setting('m.region', true) AND merchant_no = NULLIF(current_setting('m.no', true), '')::integer);
GRANT SELECT ON merchant TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON stock TO {app};
--- leak
CREATE POLICY own ON stock USING (merchant_no = NULLIF(current_setting('m.no', true), '')::integer);
--- twin
CREATE POLICY own ON stock
    USING (region = current_setting('m.region', true) AND merchant_no = NULLIF(current_setting('m.no', true), '')::integer);
--- tenant
SELECT set_config('m.region', 'eu', true), set_config('m.no', '1', true);
--- own
SELECT FROM stock WHERE region = 'eu';
--- exploit
SELECT sku FROM stock WHERE region = 'us';
