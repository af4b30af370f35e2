-- The helper catches what is no number and answers NULL.
-- base: third_django
--- setup
CREATE FUNCTION current_tenant() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN current_setting('django.tenant', true)::bigint;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN NULL;
END $$;
ALTER POLICY tenant_rows ON billing_payment USING (tenant_id = (SELECT current_tenant()));
--- exploit
SELECT amount FROM billing_payment WHERE tenant_id = 8;
