-- A search function runs as superuser and finds everybody's.
-- object: public.search_invoices(character varying)
-- object: public.search_invoices(varchar)
-- base: shop
--- leak
RESET ROLE; CREATE FUNCTION search_invoices(q varchar) RETURNS SETOF invoices LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT * FROM invoices WHERE number LIKE q $$;
--- twin
RESET ROLE; CREATE FUNCTION search_invoices(q varchar) RETURNS SETOF invoices LANGUAGE sql STABLE SECURITY INVOKER SET search_path = public, pg_temp AS $$ SELECT * FROM invoices WHERE number LIKE q $$;
--- exploit
SELECT FROM search_invoices('B%');
