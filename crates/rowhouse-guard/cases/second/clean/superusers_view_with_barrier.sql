-- A definer view that filters, with a barrier, read-only.
-- base: shop
--- setup
RESET ROLE; CREATE VIEW my_company WITH (security_barrier) AS SELECT c.id, c.name, count(u.id) AS users FROM companies c LEFT JOIN users u ON u.company_id = c.id WHERE c.id = nullif(current_setting('rails.company_id', true), '')::bigint GROUP BY c.id; GRANT SELECT ON my_company TO {web};
--- exploit
SELECT FROM my_company WHERE id = 202;
