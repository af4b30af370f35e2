-- Functions with parsed bodies, as the caller and as the owner under FORCE.
-- base: integer
--- setup
CREATE FUNCTION order_count() RETURNS bigint LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT count(*) FROM orders; END;
CREATE FUNCTION order_sum() RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC SELECT sum(total) FROM orders WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer; END;
--- exploit
SELECT WHERE order_count() > 1 OR order_sum() > 10;
