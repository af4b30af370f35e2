-- A wide policy for the group of the desk; the service is in it, or it is not.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {desk_people} NOLOGIN;
CREATE ROLE {helena} LOGIN;
GRANT {desk_people} TO {helena};
GRANT SELECT ON documents TO {desk_people};
CREATE POLICY desk ON documents FOR SELECT TO {desk_people} USING (true);
--- leak
RESET ROLE;
GRANT {desk_people} TO {app};
--- twin
SELECT 1;
--- exploit
SELECT body FROM documents WHERE account_id = 'bolt';
