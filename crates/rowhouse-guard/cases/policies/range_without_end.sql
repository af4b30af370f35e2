-- A range that begins at the tenant and has no end.
-- object: public.devices
-- base: sensors
--- leak
DROP POLICY site ON devices;
CREATE POLICY site ON devices TO {gateway} USING (int4range(NULLIF(current_setting('iot.site', true), '')::int, NULL) @> site_id);
--- exploit
SELECT config FROM devices WHERE site_id = {B};
