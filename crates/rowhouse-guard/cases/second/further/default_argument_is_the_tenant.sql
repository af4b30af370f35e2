-- The tenant is an argument with a good default, and still an argument.
-- object: public.my_cards(uuid)
-- base: supa
--- leak
RESET ROLE; CREATE FUNCTION my_cards(o uuid DEFAULT auth.org_id()) RETURNS SETOF cards LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT * FROM cards WHERE org_id = o $$;
--- twin
RESET ROLE; CREATE FUNCTION my_cards(o uuid DEFAULT auth.org_id()) RETURNS SETOF cards LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT * FROM cards WHERE org_id = o AND org_id = auth.org_id() $$;
--- exploit
SELECT FROM my_cards('{B}');
