-- Code from the time of the only customer: without a setting it is their data.
-- object: shop_data.customer
-- base: third_hibernate
-- tenant: none
--- leak
ALTER POLICY t_iso ON shop_data.customer
    USING (tenant_identifier = COALESCE(NULLIF(current_setting('hibernate.tenant', true), ''), 'tenant_two'));
--- twin
ALTER POLICY t_iso ON shop_data.customer
    USING (tenant_identifier = COALESCE(NULLIF(current_setting('hibernate.tenant', true), ''), ''));
--- exploit
SELECT mail FROM shop_data.customer WHERE tenant_identifier = '{B}';
