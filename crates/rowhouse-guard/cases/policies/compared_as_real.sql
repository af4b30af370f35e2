-- Keys compared as real numbers, which two neighbours share.
-- object: billing.usage_records
-- base: billing
-- a: 16777216
-- b: 16777217
--- setup
RESET ROLE;
INSERT INTO core.customers VALUES (16777216, 'Acme'), (16777217, 'Bolt');
INSERT INTO billing.usage_records VALUES (16777217, 'calls', '2025-01-01', 7);
INSERT INTO billing.invoices (customer_id, number) VALUES (16777216, 'A-9');
SET ROLE {owner};
DROP POLICY own ON billing.usage_records;
--- leak
CREATE POLICY own ON billing.usage_records TO {billing_rw} USING (customer_id::real = current_setting('billing.customer')::real);
--- twin
CREATE POLICY own ON billing.usage_records TO {billing_rw} USING (customer_id::numeric = current_setting('billing.customer')::numeric);
--- exploit
SELECT quantity FROM billing.usage_records WHERE customer_id = {B};
