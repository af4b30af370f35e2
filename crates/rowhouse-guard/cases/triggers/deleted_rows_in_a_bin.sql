-- A trigger on the whole statement copies deleted rows of all tenants into a bin that everybody reads.
-- object: chat.bin
-- base: chat
--- setup
CREATE TABLE chat.bin (gone jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
GRANT SELECT ON chat.bin TO {app};
RESET ROLE;
CREATE FUNCTION chat.to_bin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = chat, pg_temp AS $$
BEGIN INSERT INTO bin SELECT to_jsonb(o) FROM old_rows o; RETURN NULL; END $$;
CREATE TRIGGER bin AFTER DELETE ON chat.messages REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION chat.to_bin();
--- leak
--- twin
REVOKE SELECT ON chat.bin FROM {app};
--- victim
DELETE FROM chat.messages;
--- exploit
SELECT gone FROM chat.bin WHERE gone ->> 'team' = '{B}';
