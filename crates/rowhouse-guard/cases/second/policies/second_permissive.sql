-- A second policy for searching, joined with OR.
-- object: core.customers
-- base: ledger
--- leak
CREATE POLICY search ON core.customers FOR SELECT USING (vat_number LIKE 'VAT%');
--- exploit
SELECT FROM core.customers WHERE tenant_slug = 'bolt';
