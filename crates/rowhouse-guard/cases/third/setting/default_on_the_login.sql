-- A default for the tenant on the login role, left from the first customer's installation.
-- object: role:{spring}
-- base: third_hibernate
-- tenant: none
--- leak
RESET ROLE;
ALTER ROLE {spring} SET hibernate.tenant = 'tenant_two';
--- twin
RESET ROLE;
ALTER ROLE {spring} SET hibernate.tenant = '';
--- exploit
SELECT comment FROM shop_data.purchase WHERE tenant_identifier = 'tenant_two';
