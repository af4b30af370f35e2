-- What the view does not let through, its trigger does, as a definer.
-- object: public.my_documents
-- object: public.save_document()
-- base: text
--- setup
CREATE VIEW my_documents WITH (security_invoker = true) AS SELECT id, account_id, title FROM documents;
GRANT SELECT, INSERT ON my_documents TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION save_document() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO documents (account_id, title) VALUES (NEW.account_id, NEW.title);
    RETURN NEW;
END $$;
CREATE TRIGGER save INSTEAD OF INSERT ON my_documents FOR EACH ROW EXECUTE FUNCTION save_document();
--- twin
RESET ROLE;
CREATE FUNCTION save_document() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO documents (account_id, title) VALUES (NEW.account_id, NEW.title);
    RETURN NEW;
END $$;
CREATE TRIGGER save INSTEAD OF INSERT ON my_documents FOR EACH ROW EXECUTE FUNCTION save_document();
--- exploit
INSERT INTO my_documents (account_id, title) VALUES ('bolt', 'planted');
--- proof
SELECT FROM documents WHERE account_id = 'bolt' AND title = 'planted';
