-- A test of bits where equality was meant: 3 has all bits of 1.
-- object: billing.subscriptions
-- base: billing
-- a: 1001
-- b: 1002
--- setup
RESET ROLE;
INSERT INTO core.customers VALUES (1003, 'Both');
INSERT INTO billing.subscriptions (customer_id, plan_code) VALUES (1003, 'pro');
SET ROLE {owner};
--- leak
DROP POLICY own ON billing.subscriptions;
CREATE POLICY own ON billing.subscriptions TO {billing_rw}
    USING (customer_id & current_setting('billing.customer')::bigint = current_setting('billing.customer')::bigint);
--- exploit
SELECT plan_code FROM billing.subscriptions WHERE customer_id = 1003;
