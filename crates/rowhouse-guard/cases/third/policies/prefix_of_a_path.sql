-- Tenants are paths and a parent may look into its own; the comparison takes any longer name for a child.
-- object: shop_data.purchase
-- base: third_hibernate
-- a: bol
-- b: bolt
--- leak
ALTER POLICY t_iso ON shop_data.purchase USING (tenant_identifier LIKE current_setting('hibernate.tenant') || '%');
--- exploit
SELECT comment FROM shop_data.purchase WHERE tenant_identifier = 'bolt';
