-- The check looks at the child's own tenant, not at whose parent it names: notes appear under another's project.
-- object: public.project_notes
-- base: jwt
-- refused: 23503
--- setup
CREATE TABLE project_notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    project_id uuid NOT NULL,
    body text NOT NULL
);
CREATE INDEX ON project_notes (tenant_id, project_id);
ALTER TABLE project_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON project_notes TO {authenticated}
    USING (tenant_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
GRANT SELECT, INSERT ON project_notes TO {authenticated};
--- leak
ALTER TABLE project_notes ADD FOREIGN KEY (project_id) REFERENCES projects (id);
--- twin
ALTER TABLE project_notes ADD FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id);
--- exploit
INSERT INTO project_notes (tenant_id, project_id, body)
    VALUES ('{A}', 'bbbbbbbb-0000-4000-8000-000000000001', 'planted') RETURNING id;
