-- Owned by a role that bypasses row security.
-- object: public.card_count()
-- base: supa
--- setup
CREATE FUNCTION card_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT count(*) FROM cards';
ALTER POLICY "Members use cards" ON cards TO PUBLIC;
--- leak
RESET ROLE; ALTER FUNCTION card_count() OWNER TO {service_role};
--- exploit
SELECT WHERE card_count() > 1;
