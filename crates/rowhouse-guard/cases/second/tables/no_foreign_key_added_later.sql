-- A table added after the migration, without a foreign key.
-- object: public.webhooks
-- base: shop
--- setup
CREATE TABLE webhooks (id bigserial PRIMARY KEY, company_id bigint, url text); INSERT INTO webhooks (company_id, url) VALUES (101, 'a'), (202, 'b');
--- leak
GRANT SELECT ON webhooks TO {web};
--- exploit
SELECT FROM webhooks WHERE company_id = 202;
