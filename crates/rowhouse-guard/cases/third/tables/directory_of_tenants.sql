-- The list of customers is itself a secret, and it was left open for the login page.
-- object: fleet.customers
-- base: third_fleet
--- leak
DROP POLICY floor ON fleet.customers;
--- exploit
SELECT name FROM fleet.customers WHERE code = '{B}';
