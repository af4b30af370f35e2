-- The line refers to any invoice there is.
-- object: public.line_items
-- base: shop
-- refused: 23503
--- leak
ALTER TABLE line_items DROP CONSTRAINT fk_rails_invoice, ADD CONSTRAINT fk_rails_invoice FOREIGN KEY (invoice_id) REFERENCES invoices (id);
--- exploit
INSERT INTO line_items (company_id, invoice_id) VALUES (101, 2); SELECT 1;
