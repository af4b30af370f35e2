-- An address may exist once on the whole platform, which tells who else is a customer.
-- object: public.accounts_member
-- base: third_django
--- leak
ALTER TABLE accounts_member ADD CONSTRAINT accounts_member_email_key UNIQUE (email);
--- exploit
WITH i AS (INSERT INTO accounts_member (tenant_id, email) VALUES (7, 'bob@bolt.test') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
