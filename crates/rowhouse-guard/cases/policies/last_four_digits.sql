-- Only the last digits of the customer's number are compared.
-- object: billing.usage_records
-- base: billing
-- a: 11001
-- b: 21001
--- setup
RESET ROLE;
INSERT INTO core.customers VALUES (11001, 'Acme'), (21001, 'Bolt');
INSERT INTO billing.usage_records VALUES (21001, 'calls', '2025-01-01', 7);
INSERT INTO billing.invoices (customer_id, number) VALUES (11001, 'A-9');
SET ROLE {owner};
--- leak
DROP POLICY own ON billing.usage_records;
CREATE POLICY own ON billing.usage_records TO {billing_rw}
    USING (right(customer_id::text, 4) = right(current_setting('billing.customer'), 4));
--- exploit
SELECT quantity FROM billing.usage_records WHERE customer_id = {B};
