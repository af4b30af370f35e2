-- An optional parent within the same table, of anybody's.
-- object: app.task
-- refused: 23503
-- base: hasura
--- setup
ALTER TABLE app.task ADD COLUMN parent_id integer, ADD UNIQUE (id);
--- leak
RESET ROLE; ALTER TABLE app.task ADD FOREIGN KEY (parent_id) REFERENCES app.task (id) ON DELETE SET NULL;
--- twin
RESET ROLE; ALTER TABLE app.task ADD FOREIGN KEY (organization_id, parent_id) REFERENCES app.task (organization_id, id) ON DELETE SET NULL (parent_id);
--- exploit
INSERT INTO app.task (organization_id, project_id, parent_id) VALUES (5, 1, 2); SELECT 1;
