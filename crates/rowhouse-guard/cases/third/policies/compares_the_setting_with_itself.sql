-- A policy written by a generator: both sides became the setting.
-- object: shop_data.customer
-- base: third_hibernate
--- leak
ALTER POLICY t_iso ON shop_data.customer USING (current_setting('hibernate.tenant') = current_setting('hibernate.tenant', true)::varchar);
--- exploit
SELECT mail FROM shop_data.customer WHERE tenant_identifier = '{B}';
