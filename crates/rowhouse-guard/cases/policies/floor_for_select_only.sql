-- The restrictive floor is for SELECT alone, so rows of others can be made.
-- object: public.invoices
-- base: per-command
--- setup
DROP POLICY invoices_read ON invoices;
DROP POLICY invoices_add ON invoices;
CREATE POLICY staff_reads ON invoices FOR SELECT TO {service} USING (true);
CREATE POLICY staff_adds ON invoices FOR INSERT TO {service} WITH CHECK (amount >= 0);
--- leak
CREATE POLICY floor ON invoices AS RESTRICTIVE FOR SELECT TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer));
--- twin
CREATE POLICY floor ON invoices AS RESTRICTIVE FOR ALL TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer));
--- exploit
INSERT INTO invoices (company_id, number) VALUES ({B}, 99);
--- proof
SELECT FROM invoices WHERE company_id = {B} AND number = 99;
