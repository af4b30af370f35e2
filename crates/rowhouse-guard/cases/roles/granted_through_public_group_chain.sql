-- Three steps away, a group of the app role may become the owner.
-- object: role:{app}
-- object: public.invoices
-- base: per-command
--- setup
RESET ROLE;
CREATE ROLE {staff} NOLOGIN;
CREATE ROLE {leads} NOLOGIN;
GRANT {leads} TO {staff};
GRANT {staff} TO {service};
--- leak
RESET ROLE;
GRANT {owner} TO {leads};
--- exploit
SET LOCAL ROLE {owner};
ALTER TABLE invoices DISABLE ROW LEVEL SECURITY;
SELECT id FROM invoices WHERE company_id = {B};
