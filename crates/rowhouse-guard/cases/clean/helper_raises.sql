-- The helper says so when no tenant is set.
-- base: integer
--- setup
CREATE FUNCTION require_org() RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE org text := current_setting('myapp.org', true);
BEGIN
    IF org IS NULL OR org = '' THEN
        RAISE EXCEPTION 'no organization set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN org::integer;
END $$;
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app} USING (org_id = (SELECT require_org())) WITH CHECK (org_id = (SELECT require_org()));
--- exploit
SELECT id FROM orders WHERE org_id = {B};
