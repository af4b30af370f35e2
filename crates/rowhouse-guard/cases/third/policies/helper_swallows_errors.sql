-- The helper compares and, when the setting is no number, answers yes.
-- object: public.billing_payment
-- object: public.is_current_tenant(bigint)
-- base: third_django
-- tenant: none
--- leak
CREATE FUNCTION is_current_tenant(t bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN t = current_setting('django.tenant')::bigint;
EXCEPTION WHEN OTHERS THEN
    RETURN true;
END $$;
ALTER POLICY tenant_rows ON billing_payment USING (is_current_tenant(tenant_id));
--- twin
CREATE FUNCTION is_current_tenant(t bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN t = NULLIF(current_setting('django.tenant', true), '')::bigint;
END $$;
ALTER POLICY tenant_rows ON billing_payment USING (is_current_tenant(tenant_id));
--- exploit
SELECT amount FROM billing_payment WHERE tenant_id = 8;
