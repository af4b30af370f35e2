-- The policy's helper catches the error of a missing tenant and lets everything through.
-- object: public.is_own(integer)
-- object: public.orders
-- base: integer
-- tenant: none
--- setup
DROP POLICY orders_own ON orders;
--- leak
CREATE FUNCTION is_own(org integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN org = current_setting('myapp.org')::integer;
EXCEPTION WHEN OTHERS THEN
    RETURN true;
END $$;
CREATE POLICY orders_own ON orders USING (is_own(org_id));
--- twin
CREATE FUNCTION is_own(org integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN org = NULLIF(current_setting('myapp.org', true), '')::integer;
END $$;
CREATE POLICY orders_own ON orders USING (is_own(org_id));
--- exploit
SELECT id FROM orders WHERE org_id = {B};
