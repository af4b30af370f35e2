-- Procedures and dynamic SQL that run as who calls.
-- base: text
--- setup
CREATE PROCEDURE archive(wanted uuid) LANGUAGE plpgsql
    AS $$ BEGIN EXECUTE format('UPDATE %I SET body = NULL WHERE id = %L', 'documents', wanted); END $$;
CREATE FUNCTION search(term text) RETURNS SETOF documents LANGUAGE plpgsql STABLE
    AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT * FROM documents WHERE title LIKE ''' || term || ''''; END $$;
--- exploit
SELECT id FROM search('x'' OR account_id = ''bolt');
