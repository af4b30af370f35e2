-- The function's owner has a policy of its own that lets every row through.
-- object: public.find_user(text)
-- base: realm
--- setup
RESET ROLE; CREATE ROLE {worker} NOLOGIN; GRANT SELECT ON user_entity TO {worker}; CREATE POLICY worker_all ON user_entity TO {worker} USING (true);
CREATE FUNCTION find_user(m text) RETURNS SETOF user_entity LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT * FROM user_entity WHERE email = m $$;
ALTER FUNCTION find_user(text) OWNER TO {worker};
--- leak
SELECT 1;
--- twin
RESET ROLE; REVOKE EXECUTE ON FUNCTION find_user(text) FROM PUBLIC; GRANT EXECUTE ON FUNCTION find_user(text) TO {worker};
--- exploit
SELECT FROM find_user('bob@bolt.test');
