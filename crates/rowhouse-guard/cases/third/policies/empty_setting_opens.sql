-- The connection pool resets the setting to an empty text, and the policy takes that for the back office.
-- object: public.billing_invoice
-- base: third_django
-- tenant: none
--- leak
DROP POLICY tenant_rows ON billing_invoice;
CREATE POLICY tenant_rows ON billing_invoice USING (
    CASE WHEN COALESCE(current_setting('django.tenant', true), '') = '' THEN true
         ELSE tenant_id = current_setting('django.tenant')::bigint END);
--- exploit
SELECT memo FROM billing_invoice WHERE tenant_id = 8;
