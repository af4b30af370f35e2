-- A unique index over an expression, made to stop doublets, forgot the account.
-- object: public.users
-- base: third_rails
--- leak
CREATE UNIQUE INDEX index_users_on_lower_email ON users (lower(email));
--- exploit
WITH i AS (INSERT INTO users (account_id, email) VALUES (101, 'BOB@bolt.test') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
