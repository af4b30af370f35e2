-- The same for a host name, in plpgsql, over the table of tenants.
-- base: integer
--- setup
ALTER TABLE organizations ADD COLUMN hostname text UNIQUE;
RESET ROLE;
UPDATE organizations SET hostname = lower(name) || '.example';
CREATE FUNCTION org_by_host(host text) RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE found integer;
BEGIN
    SELECT o.id INTO found FROM public.organizations o WHERE o.hostname = host;
    RETURN found;
END $$;
REVOKE ALL ON FUNCTION org_by_host(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION org_by_host(text) TO {app};
--- exploit
SELECT id FROM orders WHERE org_id = {B};
