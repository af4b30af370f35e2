-- A trigger moves rows to the tenant that another column names, before the check; the check lets it.
-- object: public.documents
-- base: text
--- setup
ALTER TABLE documents ADD COLUMN forward_to text;
DROP POLICY own ON documents;
CREATE FUNCTION forward() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NEW.account_id := COALESCE(NEW.forward_to, NEW.account_id); RETURN NEW; END $$;
CREATE TRIGGER forward BEFORE INSERT OR UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION forward();
--- leak
CREATE POLICY own ON documents
    USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')))
    WITH CHECK (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')) OR forward_to IS NOT NULL);
--- twin
CREATE POLICY own ON documents
    USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- exploit
INSERT INTO documents (account_id, title, forward_to) VALUES ('acme', 'planted', 'bolt');
--- proof
SELECT FROM documents WHERE account_id = 'bolt' AND title = 'planted';
