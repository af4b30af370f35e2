-- The default is for all roles in this database.
-- object: database:{db}
-- base: per-command
-- tenant: none
-- refused: 42704
--- leak
RESET ROLE;
ALTER ROLE ALL IN DATABASE {db} SET app.company = '2';
--- exploit
SELECT id FROM invoices WHERE company_id = {B};
