-- Only one column of the lookup may be changed, and it is everybody's.
-- object: billing.currencies
-- base: ledger
--- leak
GRANT UPDATE (symbol) ON billing.currencies TO {svc_billing};
--- exploit
UPDATE billing.currencies SET symbol = 'x' RETURNING code;
