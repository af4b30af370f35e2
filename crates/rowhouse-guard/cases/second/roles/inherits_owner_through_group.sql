-- The app role inherits from a group that inherits from the owner.
-- object: role:{backend}
-- base: wiki
--- setup
RESET ROLE; CREATE ROLE {devs} NOLOGIN; GRANT {devs} TO {backend};
--- leak
RESET ROLE; GRANT {owner} TO {devs};
--- exploit
ALTER TABLE documents NO FORCE ROW LEVEL SECURITY; SELECT FROM documents WHERE workspace_id = '{B}';
