-- A definer makes the month's table; its name is the clock's.
-- base: text
--- setup
CREATE SCHEMA archive;
CREATE FUNCTION archive.prepare() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stmt text;
    month text := to_char(now(), 'YYYY_MM');
BEGIN
    stmt := format('CREATE TABLE IF NOT EXISTS archive.%I (at timestamptz NOT NULL, line text)', 'log_' || month);
    EXECUTE stmt;
END $$;
GRANT USAGE ON SCHEMA archive TO {app};
--- exploit
SELECT archive.prepare();
SELECT body FROM documents WHERE account_id = 'bolt';
