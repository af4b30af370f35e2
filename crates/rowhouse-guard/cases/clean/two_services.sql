-- Two logins of services through one group, one of them read-only.
-- base: empty
--- setup
RESET ROLE;
CREATE ROLE {readers} NOLOGIN;
CREATE ROLE {writers} NOLOGIN;
CREATE ROLE {api_reader} LOGIN;
GRANT {readers} TO {writers}, {api_reader};
GRANT {writers} TO {app};
SET ROLE {owner};
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO {readers};
CREATE TABLE shop.stores (store_id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE shop.products (
    store_id text NOT NULL REFERENCES shop.stores,
    sku text NOT NULL,
    price numeric NOT NULL,
    PRIMARY KEY (store_id, sku)
);
INSERT INTO shop.stores VALUES ('acme', 'Acme'), ('bolt', 'Bolt');
INSERT INTO shop.products VALUES ('acme', 'anvil', 1), ('bolt', 'bolt', 2);
ALTER TABLE shop.stores ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.stores FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.products ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.products FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.stores FOR SELECT TO {readers} USING (store_id = (SELECT NULLIF(current_setting('shop.store', true), '')));
CREATE POLICY own_read ON shop.products FOR SELECT TO {readers} USING (store_id = (SELECT NULLIF(current_setting('shop.store', true), '')));
CREATE POLICY own_write ON shop.products TO {writers} USING (store_id = (SELECT NULLIF(current_setting('shop.store', true), '')));
GRANT SELECT ON shop.stores, shop.products TO {readers};
GRANT INSERT, UPDATE, DELETE ON shop.products TO {writers};
--- tenant
SELECT set_config('shop.store', CASE '{tenant}' WHEN '{A}' THEN 'acme' ELSE 'bolt' END, true);
--- own
SELECT FROM shop.products;
--- exploit
SELECT sku FROM shop.products WHERE store_id = 'bolt';
