-- Not a superuser's but a role's with BYPASSRLS.
-- object: public.item_total()
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {jobs} BYPASSRLS NOLOGIN;
GRANT SELECT ON items TO {jobs};
CREATE FUNCTION item_total() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM items $$;
ALTER FUNCTION item_total() OWNER TO {owner};
--- leak
RESET ROLE;
ALTER FUNCTION item_total() OWNER TO {jobs};
--- exploit
SELECT WHERE item_total() > 1;
