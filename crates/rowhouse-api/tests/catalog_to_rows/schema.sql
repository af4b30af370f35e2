CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO rowhouse_app;
SET search_path = app;

CREATE TABLE tenants (id text PRIMARY KEY);
CREATE TABLE customers (
    tenant_id text REFERENCES tenants, id int, name text, secret text DEFAULT 'hush',
    PRIMARY KEY (tenant_id, id));
CREATE TABLE addresses (
    tenant_id text REFERENCES tenants, customer_id int, city text,
    PRIMARY KEY (tenant_id, customer_id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers);
CREATE TABLE staff (
    tenant_id text REFERENCES tenants, id int, name text, boss_id int,
    PRIMARY KEY (tenant_id, id));
ALTER TABLE staff ADD UNIQUE (id),
    ADD FOREIGN KEY (boss_id) REFERENCES staff (id);
CREATE TABLE products (
    tenant_id text REFERENCES tenants, id int, name text, price numeric, data jsonb,
    PRIMARY KEY (tenant_id, id));
CREATE TABLE orders (
    tenant_id text REFERENCES tenants, id int, customer_id int, seller_id int, packer_id int,
    placed timestamptz DEFAULT '2020-01-01 10:00Z',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers,
    CONSTRAINT orders_seller_fkey FOREIGN KEY (seller_id) REFERENCES staff (id),
    CONSTRAINT orders_packer_fkey FOREIGN KEY (packer_id) REFERENCES staff (id));
CREATE TABLE lines (
    tenant_id text REFERENCES tenants, order_id int, product_id int, qty int,
    PRIMARY KEY (tenant_id, order_id, product_id),
    FOREIGN KEY (tenant_id, order_id) REFERENCES orders,
    FOREIGN KEY (tenant_id, product_id) REFERENCES products);
CREATE TABLE "Odd ""One" (
    tenant_id text REFERENCES tenants, "Order By" int PRIMARY KEY, r text, t1 text, customer_id int,
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers);
-- Not protected: enabled, but not forced.
CREATE TABLE secrets (order_id int, tenant_id text, word text, FOREIGN KEY (tenant_id, order_id) REFERENCES orders);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
CREATE TABLE bare (id int PRIMARY KEY);
CREATE TABLE countries (code text PRIMARY KEY, label text);
CREATE VIEW product_names AS SELECT name FROM products;

INSERT INTO tenants VALUES ('acme'), ('zeta');
INSERT INTO customers VALUES ('acme', 1, 'ann'), ('acme', 2, 'bob'), ('zeta', 1, 'zeta');
INSERT INTO addresses VALUES ('acme', 1, 'Ulm'), ('zeta', 1, 'zeta');
INSERT INTO staff VALUES ('acme', 1, 'eve', NULL), ('acme', 2, 'max', 1), ('zeta', 3, 'zeta', NULL);
INSERT INTO products VALUES
    ('acme', 1, 'anvil', 10.50, '{"tags": ["a", "b"], "kind": "heavy"}'), ('acme', 2, 'bolt', 0.1, '{}'),
    ('acme', 3, 'crate', NULL, NULL), ('zeta', 1, 'zeta', 1, '{"zeta": 1}');
INSERT INTO orders VALUES ('acme', 1, 1, 1, 2), ('acme', 2, NULL, NULL, NULL), ('zeta', 1, 1, 3, 3);
INSERT INTO lines VALUES ('acme', 1, 1, 1), ('acme', 1, 2, 2), ('zeta', 1, 1, 99);
INSERT INTO "Odd ""One" VALUES ('acme', 1, 'row', 'table', 1), ('zeta', 2, 'zeta', 'zeta', 1);
INSERT INTO countries VALUES ('de', 'Germany');

DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ARRAY['tenants', 'customers', 'addresses', 'staff', 'products', 'orders', 'lines', 'Odd "One'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY isolation ON %I USING (%I = (SELECT current_setting(''app.current_tenant_id'')))',
            name, CASE name WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app TO rowhouse_app;
REVOKE SELECT ON customers FROM rowhouse_app;
GRANT SELECT (tenant_id, id, name) ON customers TO rowhouse_app;
RESET search_path;
