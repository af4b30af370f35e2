-- The view's filter is the condition of a LEFT JOIN, so that it filters nothing.
-- object: billing.invoice_sheet
-- base: billing
--- leak
RESET ROLE;
CREATE VIEW billing.invoice_sheet WITH (security_barrier) AS SELECT i.number, i.total, c.name
    FROM billing.invoices i LEFT JOIN core.customers c ON c.id = i.customer_id AND c.id = current_setting('billing.customer')::bigint;
GRANT SELECT ON billing.invoice_sheet TO {billing_rw};
--- twin
RESET ROLE;
CREATE VIEW billing.invoice_sheet WITH (security_barrier) AS SELECT i.number, i.total, c.name
    FROM billing.invoices i JOIN core.customers c ON c.id = i.customer_id AND c.id = current_setting('billing.customer')::bigint;
GRANT SELECT ON billing.invoice_sheet TO {billing_rw};
--- exploit
SELECT total FROM billing.invoice_sheet WHERE number = 'B-1';
