-- Who has the token may see the invitation; who has nothing may not look for tokens.
-- object: public.invitation(text)
-- base: integer
--- setup
CREATE TABLE invitations (token text PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, email text NOT NULL);
INSERT INTO invitations VALUES ('t-a', 1, 'ann@acme.test'), ('t-b', 2, 'bob@bolt.test');
--- leak
RESET ROLE;
CREATE FUNCTION invitation(wanted text) RETURNS SETOF invitations LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM invitations WHERE token >= wanted $$;
--- twin
RESET ROLE;
CREATE FUNCTION invitation(wanted text) RETURNS SETOF invitations LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM invitations WHERE token = wanted $$;
--- exploit
SELECT email FROM invitation('') WHERE org_id = 2;
