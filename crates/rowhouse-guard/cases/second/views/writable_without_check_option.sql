-- A view that filters, can be written, and does not check what is written.
-- object: public.my_invoices
-- refused: 23502
-- base: shop
--- leak
RESET ROLE; CREATE VIEW my_invoices WITH (security_barrier) AS SELECT * FROM invoices WHERE company_id = nullif(current_setting('rails.company_id', true), '')::bigint; GRANT SELECT, INSERT ON my_invoices TO {web};
--- twin
RESET ROLE; CREATE VIEW my_invoices WITH (security_barrier) AS SELECT * FROM invoices WHERE company_id = nullif(current_setting('rails.company_id', true), '')::bigint WITH CASCADED CHECK OPTION; GRANT SELECT, INSERT ON my_invoices TO {web};
--- exploit
INSERT INTO my_invoices (company_id, number, amount_cents, status, id) VALUES (202, 'X', 1, 'open', 999); SELECT 1;
