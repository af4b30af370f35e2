-- A cast to eight bits, which keys that are 256 apart share.
-- object: public.devices
-- base: sensors
-- a: 7
-- b: 263
--- setup
RESET ROLE;
INSERT INTO sites VALUES (263, 'Bolt');
INSERT INTO devices VALUES (263, 'b-2');
SET ROLE {owner};
DROP POLICY site ON devices;
--- leak
CREATE POLICY site ON devices TO {gateway} USING (site_id::bit(8) = current_setting('iot.site', true)::int::bit(8));
--- twin
CREATE POLICY site ON devices TO {gateway} USING (site_id = current_setting('iot.site', true)::int);
--- exploit
SELECT config FROM devices WHERE site_id = {B};
