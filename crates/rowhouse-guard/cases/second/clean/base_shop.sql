-- A Rails application as it stands in many firms.
-- base: shop
--- exploit
SELECT FROM invoices WHERE company_id = 202;
