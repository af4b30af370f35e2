-- The key is the hardware address of a device, which can be read off its label.
-- object: core.device
-- base: third_facade
--- setup
CREATE TABLE core.device (org uuid NOT NULL REFERENCES core.org, mac macaddr NOT NULL, label text);
INSERT INTO core.device VALUES ('{A}', '02:00:00:00:00:0a'), ('{B}', '02:00:00:00:00:0b');
ALTER TABLE core.device ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.device FORCE ROW LEVEL SECURITY;
CREATE POLICY org_scope ON core.device USING (org = (SELECT NULLIF(current_setting('facade.org', true), '')::uuid));
GRANT USAGE ON SCHEMA core TO {app};
GRANT SELECT, INSERT ON core.device TO {app};
--- leak
ALTER TABLE core.device ADD PRIMARY KEY (mac);
--- twin
ALTER TABLE core.device ADD PRIMARY KEY (org, mac);
--- exploit
WITH i AS (INSERT INTO core.device VALUES ('{A}', '02:00:00:00:00:0b') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
