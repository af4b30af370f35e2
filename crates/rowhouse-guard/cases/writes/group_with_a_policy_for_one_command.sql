-- A group that the service inherits has a policy of its own on one command of one table.
-- object: billing.subscriptions
-- base: billing
--- setup
RESET ROLE;
CREATE ROLE {dunning} NOLOGIN;
GRANT {dunning} TO {billing_rw};
--- leak
CREATE POLICY dunning ON billing.subscriptions FOR UPDATE TO {dunning} USING (active) WITH CHECK (NOT active);
--- twin
CREATE POLICY dunning ON billing.subscriptions FOR UPDATE TO {dunning} USING (active AND customer_id = current_setting('billing.customer')::bigint)
    WITH CHECK (NOT active AND customer_id = current_setting('billing.customer')::bigint);
--- exploit
UPDATE billing.subscriptions SET active = false;
--- proof
SELECT 1 FROM billing.subscriptions WHERE customer_id = {B} AND NOT active;
