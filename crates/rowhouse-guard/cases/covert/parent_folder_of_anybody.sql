-- A tree whose parent is found by its id alone: a foreign key that tells which ids exist.
-- object: public.sections
-- base: projects
-- refused: 23503
--- setup
CREATE TABLE sections (
    org_id uuid NOT NULL REFERENCES orgs, id integer NOT NULL, parent_id integer, PRIMARY KEY (org_id, id)
);
ALTER TABLE sections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON sections USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT, DELETE ON sections TO {app};
RESET ROLE;
INSERT INTO sections VALUES ('{A}', 1), ('{B}', 2);
SET ROLE {owner};
--- leak
RESET ROLE;
ALTER TABLE sections DROP CONSTRAINT sections_pkey;
ALTER TABLE sections ADD PRIMARY KEY (id), ADD UNIQUE (org_id, id);
ALTER TABLE sections ADD FOREIGN KEY (parent_id) REFERENCES sections (id) ON DELETE SET NULL;
--- twin
RESET ROLE;
ALTER TABLE sections ADD FOREIGN KEY (org_id, parent_id) REFERENCES sections (org_id, id);
--- exploit
INSERT INTO sections VALUES ('{A}', 3, 2);
SELECT 1;
