-- Only the column with the tax numbers was granted, on a table without row security.
-- object: core.tax_ids
-- base: ledger
--- setup
CREATE TABLE core.tax_ids (tenant_slug text NOT NULL REFERENCES core.tenants, vat text); INSERT INTO core.tax_ids VALUES ('bolt', 'v');
--- leak
GRANT SELECT (vat) ON core.tax_ids TO {svc_billing};
--- exploit
SELECT vat FROM core.tax_ids;
