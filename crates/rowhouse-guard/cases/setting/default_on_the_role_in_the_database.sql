-- The default is for this role in this database.
-- object: role:{app}
-- base: text
-- tenant: none
--- leak
RESET ROLE;
ALTER ROLE {app} IN DATABASE {db} SET app.tenant = 'bolt';
--- exploit
SELECT id FROM documents WHERE account_id = 'bolt';
