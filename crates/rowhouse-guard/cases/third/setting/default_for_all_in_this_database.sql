-- ALTER ROLE ALL IN DATABASE: nobody looks there.
-- object: database:{db}
-- base: third_fleet
-- tenant: none
--- leak
RESET ROLE;
ALTER ROLE ALL IN DATABASE {db} SET fleet.customer = 'courier';
--- exploit
SELECT label FROM fleet.vehicles WHERE customer_code = 'courier';
