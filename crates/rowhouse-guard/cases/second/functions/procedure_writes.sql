-- A procedure closes invoices of any tenant.
-- object: billing.close_invoice(uuid)
-- base: ledger
--- leak
RESET ROLE; CREATE PROCEDURE billing.close_invoice(i uuid) LANGUAGE sql SECURITY DEFINER SET search_path = billing, pg_temp AS $$ UPDATE billing.invoices SET state = 'closed' WHERE id = i $$;
--- twin
RESET ROLE; CREATE PROCEDURE billing.close_invoice(i uuid) LANGUAGE sql SECURITY DEFINER SET search_path = billing, pg_temp AS $$ UPDATE billing.invoices SET state = 'closed' WHERE id = i AND tenant_slug = core.tenant_slug() $$;
--- exploit
CALL billing.close_invoice('bbbbbbbb-0000-4000-8000-000000000002');
--- proof
SELECT FROM billing.invoices WHERE tenant_slug = 'bolt' AND state = 'closed';
