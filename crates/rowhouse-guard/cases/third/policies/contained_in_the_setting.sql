-- The setting lists nothing but one tenant, and the policy looks for the row's name anywhere in it.
-- object: fleet.vehicles
-- base: third_fleet
-- a: fast-courier
-- b: courier
--- leak
ALTER POLICY floor ON fleet.vehicles USING (strpos(current_setting('fleet.customer', true), customer_code) > 0);
--- exploit
SELECT label FROM fleet.vehicles WHERE customer_code = 'courier';
