-- Anybody's overdue invoices may be removed by a blind DELETE.
-- object: billing.invoices
-- base: billing
--- setup
GRANT DELETE ON billing.invoices TO {billing_rw};
--- leak
CREATE POLICY purge ON billing.invoices FOR DELETE TO {billing_rw} USING (due < current_date - 30);
--- twin
CREATE POLICY purge ON billing.invoices FOR DELETE TO {billing_rw}
    USING (due < current_date - 30 AND customer_id = current_setting('billing.customer')::bigint);
--- exploit
DELETE FROM billing.invoices;
--- proof
SELECT 1 WHERE NOT EXISTS (SELECT FROM billing.invoices WHERE customer_id = {B});
