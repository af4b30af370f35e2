-- The tenant by = ANY of an array of one, and by IN over a sub-select of one.
-- base: third_hibernate
--- setup
ALTER POLICY t_iso ON shop_data.customer USING (tenant_identifier = ANY (ARRAY[current_setting('hibernate.tenant')]));
ALTER POLICY t_iso ON shop_data.purchase USING (tenant_identifier IN (SELECT current_setting('hibernate.tenant')));
--- exploit
SELECT mail FROM shop_data.customer WHERE tenant_identifier = 'tenant_two';
