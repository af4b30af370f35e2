-- A foreign table that comes back to this database under another user, for a report that had to be fast.
-- object: public.remote_invoice
-- base: third_django
-- extension: postgres_fdw
--- setup
RESET ROLE;
CREATE ROLE {link} LOGIN BYPASSRLS;
GRANT SELECT ON billing_invoice TO {link};
CREATE EXTENSION postgres_fdw;
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{socket}', port '{port}', dbname '{db}');
CREATE USER MAPPING FOR {app} SERVER loop OPTIONS (user '{link}', password_required 'false');
CREATE FOREIGN TABLE remote_invoice (id bigint, tenant_id bigint, memo text) SERVER loop OPTIONS (table_name 'billing_invoice');
--- leak
RESET ROLE;
GRANT SELECT ON remote_invoice TO {app};
--- exploit
SELECT memo FROM remote_invoice WHERE tenant_id = 8;
