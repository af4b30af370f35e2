-- With numbers in place of uuids, all of another tenant's keys can be counted.
-- object: public.payments
-- base: per-command
-- refused: 23503
--- setup
CREATE TABLE payments (id serial PRIMARY KEY, company_id integer NOT NULL REFERENCES companies, invoice_id integer NOT NULL);
CREATE INDEX ON payments (company_id);
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY payments_own ON payments TO {service} USING (company_id = (SELECT current_setting('app.company')::integer));
GRANT SELECT, INSERT ON payments TO {service};
GRANT USAGE ON SEQUENCE payments_id_seq TO {service};
--- leak
ALTER TABLE payments ADD CONSTRAINT of_invoice FOREIGN KEY (invoice_id) REFERENCES invoices (id);
--- twin
ALTER TABLE payments ADD CONSTRAINT of_invoice FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id);
--- exploit
INSERT INTO payments (company_id, invoice_id) VALUES (1, 2) RETURNING id;
