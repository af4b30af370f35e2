-- Members of a staff role see all, and the service is one.
-- object: public.documents
-- base: wiki
--- setup
RESET ROLE; CREATE ROLE {staff} NOLOGIN;
ALTER POLICY ws ON documents USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid) OR pg_has_role(current_user, '{staff}', 'MEMBER'));
--- leak
RESET ROLE; GRANT {staff} TO {backend};
--- twin
RESET ROLE; ALTER POLICY ws ON documents USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid)); GRANT {staff} TO {backend};
--- exploit
SELECT FROM documents WHERE workspace_id = '{B}';
