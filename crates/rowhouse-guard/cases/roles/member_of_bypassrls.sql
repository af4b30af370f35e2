-- The attribute is not inherited, but SET ROLE takes it.
-- object: role:{app}
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {batch} BYPASSRLS NOLOGIN;
GRANT SELECT ON documents TO {batch};
--- leak
RESET ROLE;
GRANT {batch} TO {app};
--- exploit
SET LOCAL ROLE {batch};
SELECT id FROM documents WHERE account_id = '{B}';
