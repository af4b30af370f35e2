-- The same in SQL, over a setting that a policy reads by another name.
-- object: public.switch_org(integer)
-- base: integer
-- tenant: none
--- leak
CREATE FUNCTION switch_org(org integer) RETURNS text LANGUAGE sql
    AS $$ SELECT set_config('myapp.org', org::text, false) $$;
--- twin
CREATE FUNCTION switch_org(org integer) RETURNS text LANGUAGE sql
    AS $$ SELECT set_config('myapp.org', org::text, true) $$;
--- exploit
BEGIN;
SELECT switch_org(2);
COMMIT;
SELECT id FROM orders WHERE org_id = {B};
