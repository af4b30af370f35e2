-- The function returns a cursor, and who opened it decides what it shows.
-- object: shop_data.open_purchases(refcursor)
-- base: third_hibernate
--- setup
RESET ROLE;
CREATE FUNCTION shop_data.open_purchases(c refcursor) RETURNS refcursor LANGUAGE plpgsql SECURITY DEFINER SET search_path = shop_data, pg_temp AS $$
BEGIN
    OPEN c FOR SELECT id, amount, comment FROM purchase ORDER BY id DESC;
    RETURN c;
END $$;
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION shop_data.open_purchases(refcursor) SECURITY INVOKER;
--- exploit
SELECT shop_data.open_purchases('c');
MOVE ABSOLUTE 1 IN c;
FETCH 1 FROM c;
