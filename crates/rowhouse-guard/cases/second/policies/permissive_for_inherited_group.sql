-- A policy for a group the service inherits from.
-- object: public.invoices
-- base: shop
--- setup
RESET ROLE; CREATE ROLE {analysts} NOLOGIN; GRANT SELECT ON invoices TO {analysts}; CREATE POLICY analysts_read ON invoices FOR SELECT TO {analysts} USING (amount_cents >= 0);
--- leak
RESET ROLE; GRANT {analysts} TO {web};
--- exploit
SELECT FROM invoices WHERE company_id = 202;
