-- Not forced, and a function of the owner's reads it.
-- object: public.documents
-- object: public.count_documents()
-- base: wiki
--- setup
CREATE FUNCTION count_documents() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT count(*) FROM documents';
--- leak
ALTER TABLE documents NO FORCE ROW LEVEL SECURITY;
--- exploit
SELECT WHERE count_documents() > 1;
