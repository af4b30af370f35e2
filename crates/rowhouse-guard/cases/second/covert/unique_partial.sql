-- Unique among those not archived, over all organizations.
-- object: app.project
-- base: hasura
--- leak
CREATE UNIQUE INDEX project_name ON app.project (name) WHERE NOT archived;
--- twin
CREATE UNIQUE INDEX project_name ON app.project (organization_id, name) WHERE NOT archived;
--- exploit
INSERT INTO app.project (organization_id, name) VALUES (5, 'bolt') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM app.project WHERE organization_id = 5 AND name = 'bolt');
