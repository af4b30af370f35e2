-- A writable view of the superuser with filter, barrier and check option.
-- base: third_hibernate
--- setup
RESET ROLE;
CREATE VIEW shop_data.v_customer WITH (security_barrier) AS SELECT id, tenant_identifier, mail FROM shop_data.customer
    WHERE tenant_identifier = current_setting('hibernate.tenant') WITH LOCAL CHECK OPTION;
GRANT SELECT, INSERT, UPDATE ON shop_data.v_customer TO {spring};
--- exploit
UPDATE shop_data.v_customer SET tenant_identifier = 'tenant_two';
