-- An INSTEAD OF trigger on a view writes as superuser into the tenant it is told.
-- object: public.put_block()
-- object: public.block_editor
-- base: wiki
--- setup
CREATE VIEW block_editor WITH (security_invoker) AS SELECT d.workspace_id, b.document_id, b.body FROM blocks b JOIN documents d ON d.id = b.document_id; GRANT SELECT, INSERT ON block_editor TO {backend};
RESET ROLE;
CREATE FUNCTION put_block() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN INSERT INTO blocks (document_id, body) VALUES (NEW.document_id, NEW.body); RETURN NEW; END $$;
CREATE TRIGGER put INSTEAD OF INSERT ON block_editor FOR EACH ROW EXECUTE FUNCTION put_block();
--- leak
RESET ROLE; ALTER FUNCTION put_block() SECURITY DEFINER;
--- exploit
INSERT INTO block_editor (document_id, body) VALUES ('bbbbbbbb-0000-4000-8000-000000000001', 'planted');
--- proof
SELECT FROM blocks WHERE body = 'planted';
