-- ON DELETE SET NULL over a key without the tenant: removing one's own row changes the rows of those who point to it.
-- object: crm.meeting
-- base: third_session
-- refused: 23503
--- setup
CREATE TABLE crm.meeting (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id integer NOT NULL REFERENCES crm.tenant, contact_id integer, topic text NOT NULL
);
CREATE INDEX ON crm.meeting (tenant_id, contact_id);
ALTER TABLE crm.meeting ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.meeting FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON crm.meeting TO {app} USING (tenant_id = (SELECT ctx.tenant_id()));
GRANT SELECT, INSERT, DELETE ON crm.meeting TO {app};
--- leak
ALTER TABLE crm.meeting ADD FOREIGN KEY (contact_id) REFERENCES crm.contact (id) ON DELETE SET NULL;
--- twin
ALTER TABLE crm.meeting ADD FOREIGN KEY (tenant_id, contact_id) REFERENCES crm.contact (tenant_id, id) ON DELETE SET NULL (contact_id);
--- operator
RESET ROLE;
DO $$ BEGIN INSERT INTO crm.meeting (tenant_id, contact_id, topic) VALUES (2, 1, 'of b'); EXCEPTION WHEN foreign_key_violation THEN NULL; END $$;
--- exploit
DELETE FROM crm.contact WHERE id = 1;
--- proof
SELECT FROM crm.meeting WHERE tenant_id = 2 AND contact_id IS NULL;
