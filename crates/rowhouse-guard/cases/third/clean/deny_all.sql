-- Row security on and no policy: for the app role an empty table, whatever it was granted.
-- base: third_clinic
--- setup
CREATE TABLE clinic.legacy_chart (practice_id uuid NOT NULL REFERENCES clinic.practice, scan bytea, noted text, PRIMARY KEY (practice_id));
INSERT INTO clinic.legacy_chart VALUES ('{A}', '', 'of a'), ('{B}', '', 'secret of b');
ALTER TABLE clinic.legacy_chart ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.legacy_chart FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic.legacy_chart TO {app};
--- exploit
SELECT noted FROM clinic.legacy_chart;
