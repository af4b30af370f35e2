-- The child of a protected table has no row security of its own and was granted for its extra column.
-- object: public.temperatures
-- base: sensors
--- leak
GRANT SELECT (site_id, celsius) ON temperatures TO {gateway};
--- exploit
SELECT celsius FROM temperatures WHERE site_id = {B};
