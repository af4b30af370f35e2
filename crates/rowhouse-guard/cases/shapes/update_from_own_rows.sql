-- UPDATE … FROM: the rows that are read are the tenant's own, those that are written are any with the same article.
-- object: public.double_quantities()
-- base: integer
--- setup
RESET ROLE;
INSERT INTO order_lines (org_id, order_id, sku, quantity) VALUES (2, 3, 'anvil', 77);
--- leak
RESET ROLE;
CREATE FUNCTION double_quantities() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE order_lines l SET quantity = 2 * l.quantity FROM order_lines own
    WHERE own.org_id = NULLIF(current_setting('myapp.org', true), '')::integer AND l.sku = own.sku
$$;
--- twin
RESET ROLE;
CREATE FUNCTION double_quantities() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE order_lines l SET quantity = 2 * l.quantity FROM order_lines own
    WHERE own.org_id = NULLIF(current_setting('myapp.org', true), '')::integer AND l.sku = own.sku AND l.org_id = own.org_id
$$;
--- exploit
SELECT double_quantities();
--- proof
SELECT FROM order_lines WHERE org_id = {B} AND quantity = 154;
