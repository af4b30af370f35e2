-- No tenant, no rows: written as a CASE so that an empty setting does not raise.
-- base: third_django
--- setup
ALTER POLICY tenant_rows ON billing_invoice USING (
    CASE WHEN COALESCE(current_setting('django.tenant', true), '') = '' THEN false
         ELSE tenant_id = current_setting('django.tenant')::bigint END);
--- exploit
SELECT memo FROM billing_invoice WHERE tenant_id = 8;
