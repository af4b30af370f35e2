-- Only some columns were granted, but of every row.
-- object: public.contacts
-- base: clinic
--- setup
CREATE TABLE contacts (practice_id uuid NOT NULL REFERENCES practices, id uuid NOT NULL DEFAULT gen_random_uuid(), email text NOT NULL, iban text, PRIMARY KEY (practice_id, id));
INSERT INTO contacts (practice_id, email) VALUES ('{A}', 'ann@a'), ('{B}', 'bob@b');
GRANT SELECT (practice_id, email) ON contacts TO {ehr};
--- leak
--- twin
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY practice ON contacts USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
--- exploit
SELECT email FROM contacts WHERE practice_id = '{B}';
