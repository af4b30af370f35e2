-- In a function in SQL the column wins over the argument of its name: a definer function reads everybody's rows.
-- object: chat.members_of(text)
-- base: chat
--- leak
RESET ROLE;
CREATE FUNCTION chat.members_of(team text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = chat, pg_temp
    AS $$ SELECT m.nick FROM chat.members m WHERE m.team = team $$;
REVOKE EXECUTE ON FUNCTION chat.members_of FROM PUBLIC;
CREATE FUNCTION chat.my_members() RETURNS SETOF text LANGUAGE sql STABLE AS $$ SELECT chat.members_of(chat.team()) $$;
GRANT EXECUTE ON FUNCTION chat.members_of TO {app};
--- twin
RESET ROLE;
CREATE FUNCTION chat.members_of(team text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = chat, pg_temp
    AS $$ SELECT m.nick FROM chat.members m WHERE m.team = members_of.team AND m.team = chat.team() $$;
REVOKE EXECUTE ON FUNCTION chat.members_of FROM PUBLIC;
CREATE FUNCTION chat.my_members() RETURNS SETOF text LANGUAGE sql STABLE AS $$ SELECT chat.members_of(chat.team()) $$;
GRANT EXECUTE ON FUNCTION chat.members_of TO {app};
--- exploit
SELECT n FROM chat.my_members() n WHERE n = 'bob';
