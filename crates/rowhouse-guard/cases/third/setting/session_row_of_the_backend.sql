-- The tenant of a connection stands in a table by process number, and a process outlives its request.
-- object: public.lessons_seen
-- object: public.backend_account
-- object: public.account_of_backend()
-- base: third_rails
-- tenant: none
--- setup
CREATE UNLOGGED TABLE backend_account (pid integer PRIMARY KEY, xid xid8, account_id bigint NOT NULL);
CREATE TABLE lessons_seen (id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts, user_id bigint NOT NULL, lesson_id bigint NOT NULL);
CREATE INDEX ON lessons_seen (account_id);
INSERT INTO lessons_seen (account_id, user_id, lesson_id) VALUES (101, 1, 1), (202, 2, 2);
CREATE FUNCTION enter_account(a bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO backend_account VALUES (pg_backend_pid(), pg_current_xact_id(), a)
    ON CONFLICT (pid) DO UPDATE SET account_id = excluded.account_id, xid = excluded.xid $$;
ALTER TABLE lessons_seen ENABLE ROW LEVEL SECURITY;
ALTER TABLE lessons_seen FORCE ROW LEVEL SECURITY;
GRANT SELECT ON lessons_seen TO {web};
--- leak
CREATE FUNCTION account_of_backend() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT account_id FROM backend_account WHERE pid = pg_backend_pid() $$;
CREATE POLICY mine ON lessons_seen TO {web} USING (account_id = (SELECT account_of_backend()));
--- twin
CREATE FUNCTION account_of_backend() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT account_id FROM backend_account WHERE pid = pg_backend_pid() AND xid = pg_current_xact_id_if_assigned() $$;
CREATE POLICY mine ON lessons_seen TO {web} USING (account_id = (SELECT account_of_backend()));
--- exploit
BEGIN;
SELECT enter_account(202);
COMMIT;
--- exploit
SELECT lesson_id FROM lessons_seen WHERE account_id = 202;
