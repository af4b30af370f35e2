-- The view belongs to the reporting role, which bypasses row security.
-- object: public.revenue
-- base: shop
--- setup
CREATE VIEW revenue AS SELECT company_id, sum(amount_cents) FROM invoices GROUP BY company_id; GRANT SELECT ON revenue TO {web};
--- leak
RESET ROLE; ALTER VIEW revenue OWNER TO {reporting};
--- exploit
SELECT FROM revenue WHERE company_id = 202;
