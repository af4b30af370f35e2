-- External references are unique over all, even the missing one.
-- object: telemetry.sources
-- base: metrics
--- setup
CREATE TABLE telemetry.sources (account_id bigint NOT NULL REFERENCES telemetry.accounts, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial_no text);
INSERT INTO telemetry.sources (account_id, serial_no) VALUES (8, 'S-1');
ALTER TABLE telemetry.sources ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY account ON telemetry.sources USING (account_id = current_setting('telemetry.account')::bigint); GRANT SELECT, INSERT ON telemetry.sources TO {ingest};
--- leak
ALTER TABLE telemetry.sources ADD UNIQUE NULLS NOT DISTINCT (serial_no);
--- twin
ALTER TABLE telemetry.sources ADD UNIQUE NULLS NOT DISTINCT (account_id, serial_no);
--- exploit
INSERT INTO telemetry.sources (account_id, serial_no) VALUES (7, 'S-1') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM telemetry.sources WHERE account_id = 7);
