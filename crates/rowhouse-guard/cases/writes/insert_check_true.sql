-- Rows can be made for any tenant.
-- object: public.invoices
-- base: per-command
--- leak
DROP POLICY invoices_add ON invoices;
CREATE POLICY invoices_add ON invoices FOR INSERT TO {service} WITH CHECK (true);
--- exploit
INSERT INTO invoices (company_id, number) VALUES ({B}, 99);
--- proof
SELECT FROM invoices WHERE company_id = {B} AND number = 99;
