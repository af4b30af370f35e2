CREATE SCHEMA hidden;
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE hidden.people (
    id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL, locked boolean NOT NULL DEFAULT false
);
CREATE TABLE tasks (
    id int PRIMARY KEY,
    tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid REFERENCES tenants,
    person int REFERENCES hidden.people ON DELETE CASCADE,
    title text NOT NULL,
    done boolean NOT NULL DEFAULT false,
    secret text
);
CREATE TABLE notes (id int PRIMARY KEY, task int NOT NULL REFERENCES tasks, words text);
INSERT INTO tenants VALUES ('7a245486-3fc8-47ec-b303-04fefe7a58ff', 'A'), ('162be16f-f76d-431a-a213-171838ded9ae', 'B');
INSERT INTO hidden.people VALUES
    (1, '7a245486-3fc8-47ec-b303-04fefe7a58ff', 'Ann', false), (2, '162be16f-f76d-431a-a213-171838ded9ae', 'Bo', false);
INSERT INTO tasks (id, tenant_id, person, title, done) VALUES
    (1, '7a245486-3fc8-47ec-b303-04fefe7a58ff', 1, 'open', false),
    (2, '7a245486-3fc8-47ec-b303-04fefe7a58ff', 2, 'of another''s', false),
    (3, '7a245486-3fc8-47ec-b303-04fefe7a58ff', NULL, 'done', true),
    (4, '162be16f-f76d-431a-a213-171838ded9ae', 2, 'open, too', false),
    (5, '162be16f-f76d-431a-a213-171838ded9ae', 1, 'done, too', true);
INSERT INTO notes VALUES (1, 1, 'x'), (2, 4, 'y');
ALTER TABLE hidden.people ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hidden.people USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY own ON tasks USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY "not the owner" ON tasks AS RESTRICTIVE FOR DELETE TO rowhouse_owner USING (NOT done);
CREATE POLICY own ON notes USING (EXISTS (SELECT FROM tasks WHERE tasks.id = notes.task));

-- The owner's rights, and what the owner is shown; then the caller's.
CREATE VIEW of_owner AS SELECT id, title, done FROM tasks;
CREATE VIEW of_caller WITH (security_invoker = true) AS SELECT id, title, done, tenant_id FROM tasks WHERE title <> 'nothing';
-- The owner is not bound by the policies of notes.
CREATE VIEW open_notes AS SELECT id, words FROM notes;
CREATE VIEW open_tasks AS SELECT t.id AS number, t.title FROM of_owner AS t WHERE NOT t.done;
CREATE VIEW checked WITH (check_option = cascaded) AS SELECT number AS id, title FROM open_tasks WHERE title <> 'forbidden';
CREATE VIEW under_owner AS SELECT id, title FROM of_caller;
CREATE VIEW with_people AS SELECT t.id, t.title, p.name FROM tasks t JOIN hidden.people p ON p.id = t.person AND NOT p.locked;
CREATE VIEW with_people_too AS SELECT t.id, p.name FROM tasks t LEFT JOIN hidden.people p ON p.id = t.person;
CREATE VIEW comma AS SELECT t.id, p.name AS name FROM tasks t, hidden.people p WHERE p.id = t.person AND t.done IS FALSE;
CREATE VIEW both_kinds AS SELECT id, title FROM tasks WHERE done UNION ALL SELECT id, title FROM of_caller WHERE NOT done;
CREATE VIEW own_filter AS SELECT id, words FROM notes
    WHERE EXISTS (SELECT FROM tasks WHERE tasks.id = notes.task) AND current_user = 'rowhouse_app';
CREATE VIEW counted AS SELECT done, count(*) AS tasks FROM tasks GROUP BY done;
CREATE VIEW ruled AS SELECT id, title FROM tasks;
CREATE RULE nothing AS ON DELETE TO ruled DO INSTEAD NOTHING;
CREATE RULE elsewhere AS ON UPDATE TO ruled DO INSTEAD UPDATE notes SET words = new.title WHERE task = old.id;
CREATE VIEW triggered AS SELECT id, title FROM tasks;
CREATE FUNCTION decide() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER decide INSTEAD OF UPDATE OR INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION decide();
CREATE MATERIALIZED VIEW kept AS SELECT id, title FROM tasks WITH NO DATA;
CREATE VIEW of_kept WITH (security_invoker = true) AS SELECT id, title FROM kept;
CREATE VIEW secrets WITH (security_invoker = true) AS SELECT id, secret FROM tasks;
CREATE VIEW not_granted AS SELECT id FROM tasks;

GRANT SELECT ON tenants TO rowhouse_app;
GRANT SELECT (id, title, done, tenant_id), INSERT, UPDATE (title), DELETE ON tasks TO rowhouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON of_owner, of_caller, open_tasks, checked, under_owner, comma, both_kinds, own_filter, ruled,
    triggered, open_notes, with_people, with_people_too, counted TO rowhouse_app;
GRANT SELECT ON kept, of_kept, secrets TO rowhouse_app;
