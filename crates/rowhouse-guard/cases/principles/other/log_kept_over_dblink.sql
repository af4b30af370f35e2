-- A log that survives the rollback: a definer adds a line over a connection of its own.
-- base: integer
-- extension: dblink
--- setup
RESET ROLE;
CREATE EXTENSION dblink;
CREATE TABLE log_lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL);
CREATE FUNCTION note_down(line text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM dblink_exec('host={socket} port={port} dbname={db} user=postgres', format('INSERT INTO log_lines (line) VALUES (%L)', line));
END $$;
--- exploit
SELECT line FROM log_lines;
