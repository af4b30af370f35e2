-- Integer tenants called companies; a policy for each command, rights through a group, serial keys.
-- a: 1
-- b: 2
--- setup
RESET ROLE;
CREATE ROLE {service} NOLOGIN;
GRANT {service} TO {app};
CREATE ROLE {backup} LOGIN BYPASSRLS;
GRANT pg_read_all_data TO {backup};
SET ROLE {owner};
CREATE TABLE companies (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoices (
    id serial PRIMARY KEY,
    company_id integer NOT NULL REFERENCES companies (id),
    number integer NOT NULL,
    amount numeric NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'draft',
    UNIQUE (company_id, number),
    UNIQUE (company_id, id)
);
CREATE TABLE invoice_lines (
    id serial PRIMARY KEY,
    company_id integer NOT NULL REFERENCES companies (id),
    invoice_id integer NOT NULL,
    text text NOT NULL,
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id)
);
CREATE INDEX ON invoice_lines (company_id, invoice_id);
CREATE TABLE vat_rates (country text PRIMARY KEY, percent numeric NOT NULL);

INSERT INTO companies VALUES (1, 'Acme'), (2, 'Bolt');
INSERT INTO invoices (id, company_id, number, amount) VALUES (1, 1, 1, 10), (2, 2, 1, 20), (3, 2, 2, 30);
INSERT INTO invoice_lines (company_id, invoice_id, text) VALUES (1, 1, 'of a'), (2, 2, 'of b');
INSERT INTO vat_rates VALUES ('NL', 21);
SELECT setval('invoices_id_seq', 100);

ALTER TABLE companies ENABLE ROW LEVEL SECURITY;
ALTER TABLE companies FORCE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY companies_read ON companies FOR SELECT TO {service}
    USING (id = (SELECT current_setting('app.company')::integer));
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer));
CREATE POLICY invoices_add ON invoices FOR INSERT TO {service}
    WITH CHECK (company_id = (SELECT current_setting('app.company')::integer));
CREATE POLICY invoices_change ON invoices FOR UPDATE TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer));
CREATE POLICY invoices_remove ON invoices FOR DELETE TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer) AND status = 'draft');
CREATE POLICY lines_read ON invoice_lines FOR SELECT TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer));
CREATE POLICY lines_add ON invoice_lines FOR INSERT TO {service}
    WITH CHECK (company_id = (SELECT current_setting('app.company')::integer));

GRANT SELECT ON companies, vat_rates TO {service};
GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO {service};
GRANT SELECT, INSERT ON invoice_lines TO {service};
GRANT USAGE ON SEQUENCE invoices_id_seq, invoice_lines_id_seq TO {service};
--- tenant
SELECT set_config('app.company', '{tenant}', true);
--- own
SELECT FROM invoices;
