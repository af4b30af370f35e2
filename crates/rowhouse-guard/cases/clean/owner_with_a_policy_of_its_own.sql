-- The owner has a policy for its migrations; what it gives out filters by itself, behind a barrier and in a function.
-- base: billing
--- setup
CREATE POLICY migrations ON billing.usage_records TO {owner} USING (true) WITH CHECK (true);
CREATE POLICY migrations ON billing.invoices TO {owner} USING (true) WITH CHECK (true);
CREATE VIEW billing.my_usage WITH (security_barrier) AS
    SELECT metric, sum(quantity) AS total, (SELECT count(*) FROM billing.invoices i WHERE i.customer_id = u.customer_id) AS invoices
    FROM billing.usage_records u WHERE customer_id = current_setting('billing.customer')::bigint GROUP BY metric, customer_id;
GRANT SELECT ON billing.my_usage TO {billing_rw};
CREATE FUNCTION billing.record_usage(p_metric text, p_n bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = billing, pg_temp AS $$
    INSERT INTO usage_records AS u VALUES (current_setting('billing.customer')::bigint, p_metric, current_date, p_n)
    ON CONFLICT (customer_id, metric, day) DO UPDATE SET quantity = u.quantity + excluded.quantity $$;
--- exploit
SELECT total FROM billing.my_usage WHERE total >= 500;
