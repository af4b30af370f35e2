-- The next table will be open: default privileges hand every new table to PUBLIC, and nobody enables row security for it.
-- object: public.invoices_2026
-- base: per-command
--- leak
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
CREATE TABLE invoices_2026 (id integer PRIMARY KEY, company_id integer NOT NULL REFERENCES companies, amount numeric);
CREATE INDEX ON invoices_2026 (company_id);
INSERT INTO invoices_2026 VALUES (1, 2, 5);
--- twin
CREATE TABLE invoices_2026 (id integer PRIMARY KEY, company_id integer NOT NULL REFERENCES companies, amount numeric);
CREATE INDEX ON invoices_2026 (company_id);
INSERT INTO invoices_2026 VALUES (1, 2, 5);
--- exploit
SELECT amount FROM invoices_2026 WHERE company_id = {B};
