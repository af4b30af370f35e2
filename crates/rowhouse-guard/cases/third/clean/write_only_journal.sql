-- The app role may add to the journal of its tenant and can read none of it.
-- base: third_session
--- setup
CREATE TABLE crm.journal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id integer NOT NULL REFERENCES crm.tenant, line text NOT NULL);
CREATE INDEX ON crm.journal (tenant_id);
ALTER TABLE crm.journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.journal FORCE ROW LEVEL SECURITY;
CREATE POLICY add ON crm.journal FOR INSERT TO {app} WITH CHECK (tenant_id = (SELECT ctx.tenant_id()));
GRANT INSERT ON crm.journal TO {app};
--- exploit
INSERT INTO crm.journal (tenant_id, line) VALUES (2, 'planted');
