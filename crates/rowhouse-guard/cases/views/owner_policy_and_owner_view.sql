-- A policy lets the owner see all for its migrations, and a view of the owner is granted to the service.
-- object: billing.all_usage
-- base: billing
--- setup
CREATE POLICY migrations ON billing.usage_records TO {owner} USING (true);
CREATE VIEW billing.all_usage AS SELECT metric, day, quantity FROM billing.usage_records;
--- leak
GRANT SELECT ON billing.all_usage TO {billing_rw};
--- twin
ALTER VIEW billing.all_usage SET (security_invoker);
GRANT SELECT ON billing.all_usage TO {billing_rw};
--- exploit
SELECT quantity FROM billing.all_usage WHERE quantity = 500;
