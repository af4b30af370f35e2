-- Meant for the back office; EXECUTE was granted to it and never taken from PUBLIC.
-- object: public.merge_members(bigint, bigint)
-- object: public.merge_members(bigint,bigint)
-- base: third_django
--- setup
RESET ROLE;
CREATE ROLE {backoffice} NOLOGIN;
CREATE FUNCTION merge_members(keep bigint, gone bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE accounts_member SET is_active = false WHERE id = gone;
    RETURN keep;
END $$;
GRANT EXECUTE ON FUNCTION merge_members(bigint, bigint) TO {backoffice};
--- leak
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION merge_members(bigint, bigint) FROM PUBLIC;
--- exploit
SELECT merge_members(1, 2);
--- proof
SELECT FROM accounts_member WHERE id = 2 AND NOT is_active;
