-- Hash partitions without row security of their own stand in the same schema; the app role was given the root only.
-- base: third_hibernate
--- setup
CREATE TABLE shop_data.audit_event (tenant_identifier varchar(64) NOT NULL, at timestamptz NOT NULL DEFAULT now(), what text NOT NULL)
    PARTITION BY HASH (tenant_identifier);
CREATE TABLE shop_data.audit_event_0 PARTITION OF shop_data.audit_event FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop_data.audit_event_1 PARTITION OF shop_data.audit_event FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX ON shop_data.audit_event (tenant_identifier, at);
INSERT INTO shop_data.audit_event (tenant_identifier, what) VALUES ('{A}', 'of a'), ('{B}', 'of b');
ALTER TABLE shop_data.audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_data.audit_event FORCE ROW LEVEL SECURITY;
CREATE POLICY t_iso ON shop_data.audit_event TO {spring} USING (tenant_identifier = current_setting('hibernate.tenant'));
GRANT SELECT, INSERT ON shop_data.audit_event TO {spring};
--- exploit
SELECT what FROM shop_data.audit_event_0 UNION ALL SELECT what FROM shop_data.audit_event_1;
