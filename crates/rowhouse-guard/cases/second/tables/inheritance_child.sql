-- A child by inheritance with its own grant.
-- object: public.invoices_eu
-- base: shop
--- setup
CREATE TABLE invoices_eu (vat varchar) INHERITS (invoices); INSERT INTO invoices_eu (company_id, number, vat) VALUES (202, 'E', 'v');
--- leak
GRANT SELECT, INSERT ON invoices_eu TO {web};
--- exploit
SELECT FROM invoices_eu WHERE company_id = 202;
