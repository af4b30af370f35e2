-- Keys made by the server: uuid, identity and serial.
-- base: shop
--- setup
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE, company_id bigint NOT NULL REFERENCES companies, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY n ON notes TO {web} USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint); GRANT SELECT, INSERT, DELETE ON notes TO {web};
--- exploit
SELECT FROM notes;
