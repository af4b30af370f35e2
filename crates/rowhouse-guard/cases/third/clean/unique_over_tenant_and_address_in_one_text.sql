-- One unique expression holds both, the tenant in front.
-- base: third_django
--- setup
CREATE UNIQUE INDEX accounts_member_natural ON accounts_member ((tenant_id::text || ':' || lower(email)));
--- exploit
WITH i AS (INSERT INTO accounts_member (tenant_id, email) VALUES (7, 'bob@bolt.test') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
