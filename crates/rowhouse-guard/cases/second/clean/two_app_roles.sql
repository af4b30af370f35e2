-- A web role that writes and an api role that only reads, by one group.
-- base: empty
-- login: web
-- a: 1
-- b: 2
--- setup
RESET ROLE; CREATE ROLE {services} NOLOGIN; CREATE ROLE {reader} LOGIN; GRANT {services} TO {web}, {reader}; SET ROLE {owner};
CREATE TABLE customers (id bigserial PRIMARY KEY, name text); CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, sum money);
INSERT INTO customers VALUES (1, 'a'), (2, 'b'); INSERT INTO orders (customer_id) VALUES (1), (2);
ALTER TABLE customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY c ON customers TO {services} USING (id = current_setting('shop.customer_id')::bigint);
CREATE POLICY c ON orders TO {services} USING (customer_id = current_setting('shop.customer_id')::bigint);
GRANT SELECT ON customers, orders TO {services}; GRANT INSERT, UPDATE, DELETE ON orders TO {web}; GRANT USAGE ON SEQUENCE orders_id_seq TO {web};
--- tenant
SELECT set_config('shop.customer_id', '{tenant}', true);
--- own
SELECT FROM orders;
--- exploit
SELECT FROM orders WHERE customer_id = 2;
