-- An address is unique over all companies.
-- object: public.users
-- base: shop
-- refused: 23505
--- leak
CREATE UNIQUE INDEX index_users_on_email ON users (email);
--- exploit
INSERT INTO users (company_id, email) VALUES (101, 'bob@bolt.test') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM users WHERE company_id = 101 AND email = 'bob@bolt.test');
