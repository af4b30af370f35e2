-- The restrictive floor is for a role that the app role is not.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {web} NOLOGIN;
SET ROLE {owner};
DROP POLICY own ON documents;
CREATE POLICY everything ON documents USING (true);
--- leak
CREATE POLICY floor ON documents AS RESTRICTIVE TO {web}
    USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- twin
CREATE POLICY floor ON documents AS RESTRICTIVE TO {app}
    USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- exploit
SELECT id FROM documents WHERE account_id = '{B}';
