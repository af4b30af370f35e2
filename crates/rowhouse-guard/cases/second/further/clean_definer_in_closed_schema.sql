-- A definer function in a schema the service may not use.
-- base: orm
--- setup
RESET ROLE; CREATE SCHEMA ops; CREATE FUNCTION ops.everything() RETURNS SETOF "Document" LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM public."Document"';
--- exploit
SELECT FROM ops.everything();
