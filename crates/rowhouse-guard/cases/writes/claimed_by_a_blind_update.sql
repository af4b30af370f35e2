-- An open row of anybody may be updated as long as the new row is one's own: a blind UPDATE steals it.
-- object: billing.invoices
-- base: billing
--- leak
CREATE POLICY claim ON billing.invoices FOR UPDATE TO {billing_rw}
    USING (state = 'open') WITH CHECK (customer_id = current_setting('billing.customer')::bigint);
--- twin
CREATE POLICY claim ON billing.invoices FOR UPDATE TO {billing_rw}
    USING (state = 'open' AND customer_id = current_setting('billing.customer')::bigint)
    WITH CHECK (customer_id = current_setting('billing.customer')::bigint);
--- exploit
UPDATE billing.invoices SET customer_id = {A};
SELECT 1 FROM billing.invoices WHERE number LIKE 'B-%';
