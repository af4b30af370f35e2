-- The service owns the database, and so the schema public through pg_database_owner.
-- object: database:{db}
-- object: schema:public
-- object: role:{ingest}
-- base: empty
-- login: ingest
-- a: 1
-- b: 2
--- setup
RESET ROLE;
CREATE TABLE clients (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, client_id integer NOT NULL REFERENCES clients);
INSERT INTO clients VALUES (1), (2); INSERT INTO orders VALUES (1, 1), (2, 2);
ALTER TABLE clients ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY c ON clients USING (id = current_setting('my.client')::integer);
CREATE POLICY c ON orders USING (client_id = current_setting('my.client')::integer);
ALTER TABLE clients OWNER TO {owner}; ALTER TABLE orders OWNER TO {owner};
GRANT SELECT ON clients, orders TO {ingest};
--- leak
RESET ROLE; ALTER DATABASE {db} OWNER TO {ingest};
--- tenant
SELECT set_config('my.client', '{tenant}', true);
--- own
SELECT FROM orders;
--- exploit
DROP TABLE orders;
--- proof
SELECT WHERE to_regclass('orders') IS NULL;
