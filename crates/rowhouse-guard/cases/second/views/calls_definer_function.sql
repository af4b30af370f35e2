-- The view is harmless, the function it calls is not; only the view was granted to begin with.
-- object: public.directory
-- object: public.all_documents()
-- base: wiki
--- setup
RESET ROLE;
CREATE FUNCTION all_documents() RETURNS SETOF documents LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT * FROM documents';
--- leak
RESET ROLE; CREATE VIEW directory AS SELECT workspace_id, title FROM all_documents(); GRANT SELECT ON directory TO {backend};
--- twin
RESET ROLE; REVOKE EXECUTE ON FUNCTION all_documents() FROM PUBLIC;
--- exploit
SELECT FROM all_documents() WHERE workspace_id = '{B}';
