-- Rails: companies with bigint ids, policies for the web role, a reporting and a backup role beside it.
-- a: 101
-- b: 202
-- login: web
--- setup
RESET ROLE;
CREATE ROLE {reporting} LOGIN BYPASSRLS;
CREATE ROLE {backup} LOGIN BYPASSRLS;
GRANT pg_read_all_data TO {backup};
SET ROLE {owner};
CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);
CREATE TABLE companies (
    id bigserial PRIMARY KEY,
    name varchar NOT NULL,
    created_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    company_id bigint NOT NULL REFERENCES companies,
    email varchar NOT NULL,
    admin boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX index_users_on_company_id_and_email ON users (company_id, email);
CREATE TABLE invoices (
    id bigserial PRIMARY KEY,
    company_id bigint NOT NULL REFERENCES companies,
    number varchar NOT NULL,
    amount_cents integer NOT NULL DEFAULT 0,
    status varchar NOT NULL DEFAULT 'draft',
    UNIQUE (company_id, id)
);
CREATE TABLE line_items (
    id bigserial PRIMARY KEY,
    company_id bigint NOT NULL REFERENCES companies,
    invoice_id bigint NOT NULL,
    description text,
    CONSTRAINT fk_rails_invoice FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id)
);
CREATE TABLE tax_rates (id bigserial PRIMARY KEY, country varchar NOT NULL, rate numeric NOT NULL);

INSERT INTO schema_migrations VALUES ('20240101000000');
INSERT INTO companies (id, name) VALUES (101, 'Acme'), (202, 'Bolt');
INSERT INTO users (company_id, email) VALUES (101, 'ann@acme.test'), (202, 'bob@bolt.test');
INSERT INTO invoices (id, company_id, number, status) VALUES (1, 101, 'A-1', 'draft'), (2, 202, 'B-1', 'draft'), (3, 202, 'B-2', 'paid');
INSERT INTO line_items (company_id, invoice_id, description) VALUES (101, 1, 'anvil'), (202, 2, 'bolt');
INSERT INTO tax_rates (country, rate) VALUES ('NL', 21);
SELECT setval('invoices_id_seq', 1000), setval('companies_id_seq', 1000);

ALTER TABLE companies ENABLE ROW LEVEL SECURITY;
ALTER TABLE companies FORCE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
ALTER TABLE line_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE line_items FORCE ROW LEVEL SECURITY;
CREATE POLICY company_isolation ON companies FOR SELECT TO {web}
    USING (id = nullif(current_setting('rails.company_id', true), '')::bigint);
CREATE POLICY company_isolation ON users TO {web}
    USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint);
CREATE POLICY company_isolation ON invoices TO {web}
    USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint);
CREATE POLICY company_isolation ON line_items TO {web}
    USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint);

GRANT SELECT ON schema_migrations, companies, tax_rates TO {web};
GRANT SELECT, INSERT, UPDATE, DELETE ON users, invoices, line_items TO {web};
GRANT USAGE ON SEQUENCE users_id_seq, invoices_id_seq, line_items_id_seq TO {web};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reporting};
--- tenant
SELECT set_config('rails.company_id', '{tenant}', true);
--- own
SELECT FROM invoices;
