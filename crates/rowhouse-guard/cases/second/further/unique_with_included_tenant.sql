-- The tenant is included in the index and not part of its key.
-- object: public.users
-- base: shop
--- leak
CREATE UNIQUE INDEX users_email ON users (email) INCLUDE (company_id);
--- twin
CREATE UNIQUE INDEX users_email ON users (email, company_id);
--- exploit
INSERT INTO users (company_id, email) VALUES (101, 'bob@bolt.test') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM users WHERE company_id = 101 AND email = 'bob@bolt.test');
