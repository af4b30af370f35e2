-- Without a search_path of its own, the caller decides which table it reads.
-- object: app.is_member()
-- object: app.project
-- base: hasura
--- setup
RESET ROLE; CREATE TABLE public.members (login text PRIMARY KEY); INSERT INTO public.members VALUES ('nobody');
--- leak
RESET ROLE; CREATE FUNCTION app.is_member() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN RETURN EXISTS (SELECT FROM members WHERE login = session_user); END $$;
CREATE FUNCTION app.staff_projects() RETURNS SETOF app.project LANGUAGE sql STABLE AS $$ SELECT * FROM app.project WHERE app.is_member() $$;
--- twin
RESET ROLE; CREATE FUNCTION app.is_member() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN RETURN EXISTS (SELECT FROM members WHERE login = session_user); END $$;
CREATE FUNCTION app.staff_projects() RETURNS SETOF app.project LANGUAGE sql STABLE AS $$ SELECT * FROM app.project WHERE app.is_member() $$;
--- exploit
CREATE TEMP TABLE members AS SELECT session_user::text AS login; GRANT SELECT ON members TO PUBLIC; SELECT WHERE app.is_member();
