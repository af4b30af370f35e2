-- Old-style inheritance: the parent is protected, the child of last year was granted itself.
-- object: crm.activity_2021
-- base: third_session
--- setup
CREATE TABLE crm.activity (tenant_id integer NOT NULL REFERENCES crm.tenant, happened date NOT NULL, remark text NOT NULL);
CREATE TABLE crm.activity_2021 (CHECK (happened < '2022-01-01')) INHERITS (crm.activity);
CREATE INDEX ON crm.activity (tenant_id);
CREATE INDEX ON crm.activity_2021 (tenant_id);
INSERT INTO crm.activity_2021 VALUES (1, '2021-03-03', 'of a'), (2, '2021-03-03', 'secret of b');
ALTER TABLE crm.activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.activity FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON crm.activity TO {app} USING (tenant_id = (SELECT ctx.tenant_id()));
GRANT SELECT, INSERT ON crm.activity TO {app};
--- leak
GRANT SELECT ON crm.activity_2021 TO {app};
--- exploit
SELECT remark FROM crm.activity_2021 WHERE tenant_id = 2;
