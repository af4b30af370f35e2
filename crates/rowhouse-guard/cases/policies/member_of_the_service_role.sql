-- A way out for staff that asks whether the login is a member of the group all logins are members of.
-- object: billing.invoices
-- base: billing
--- setup
RESET ROLE;
CREATE ROLE {support} NOLOGIN;
--- leak
DROP POLICY read ON billing.invoices;
CREATE POLICY read ON billing.invoices FOR SELECT TO {billing_rw}
    USING (customer_id = current_setting('billing.customer')::bigint OR pg_has_role(current_user, '{billing_rw}', 'member'));
--- exploit
SELECT total FROM billing.invoices WHERE customer_id = {B};
