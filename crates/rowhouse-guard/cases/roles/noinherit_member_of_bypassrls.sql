-- NOINHERIT does not stop SET ROLE.
-- object: role:{app}
-- base: per-command
--- setup
RESET ROLE;
CREATE ROLE {nightly} BYPASSRLS NOLOGIN;
GRANT SELECT ON invoices TO {nightly};
CREATE ROLE {other_login} LOGIN NOINHERIT;
--- leak
RESET ROLE;
REVOKE {service} FROM {app};
GRANT SELECT ON companies, vat_rates TO {app};
GRANT {service} TO {app};
ALTER ROLE {app} NOINHERIT;
GRANT {nightly} TO {app};
--- twin
RESET ROLE;
ALTER ROLE {app} NOINHERIT;
GRANT {nightly} TO {other_login};
--- tenant
SET LOCAL ROLE {service};
SELECT set_config('app.company', '{tenant}', true);
--- exploit
SET LOCAL ROLE {nightly};
SELECT id FROM invoices WHERE company_id = {B};
