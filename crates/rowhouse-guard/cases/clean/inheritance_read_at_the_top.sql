-- Children of a protected table without row security of their own, granted to nobody.
-- base: sensors
--- exploit
SELECT serial FROM measurements WHERE site_id = {B};
