-- A second policy for imports lets any company be written.
-- object: public.invoices
-- base: shop
--- leak
CREATE POLICY imports ON invoices FOR INSERT TO {web} WITH CHECK (status = 'imported');
--- exploit
INSERT INTO invoices (company_id, number, status) VALUES (202, 'X', 'imported'); SELECT 1;
