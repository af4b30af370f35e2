-- One table was created by the deploy role, and the app role was made a member of it for a hot fix.
-- object: clinic.visit_note
-- object: role:{app}
-- object: role:{deploy}
-- base: third_clinic
--- setup
RESET ROLE;
CREATE ROLE {deploy} NOLOGIN;
GRANT USAGE ON SCHEMA clinic TO {deploy};
CREATE TABLE clinic.visit_note (
    practice_id uuid NOT NULL, visit_id uuid NOT NULL, line smallint NOT NULL, body text NOT NULL,
    PRIMARY KEY (practice_id, visit_id, line),
    FOREIGN KEY (practice_id, visit_id) REFERENCES clinic.visit ON DELETE CASCADE
);
INSERT INTO clinic.visit_note SELECT practice_id, visit_id, 1, reason FROM clinic.visit;
ALTER TABLE clinic.visit_note OWNER TO {deploy};
ALTER TABLE clinic.visit_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.visit_note FORCE ROW LEVEL SECURITY;
CREATE POLICY by_practice ON clinic.visit_note
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
GRANT SELECT, INSERT ON clinic.visit_note TO {app};
--- leak
RESET ROLE;
GRANT {deploy} TO {app};
--- exploit
ALTER TABLE clinic.visit_note DISABLE ROW LEVEL SECURITY;
SELECT body FROM clinic.visit_note WHERE practice_id = '{B}';
