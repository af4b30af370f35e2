-- The tenant is looked for in a text of tenants, where 12 contains 2.
-- object: public.devices
-- base: sensors
-- a: 78
-- b: 8
--- setup
RESET ROLE;
INSERT INTO sites VALUES (78, 'Acme');
INSERT INTO devices VALUES (78, 'a-2');
INSERT INTO measurements (site_id, serial) VALUES (78, 'a-2');
SET ROLE {owner};
--- leak
DROP POLICY site ON devices;
CREATE POLICY site ON devices TO {gateway} USING (position(site_id::text IN current_setting('iot.site', true)) > 0);
--- exploit
SELECT config FROM devices WHERE site_id = {B};
