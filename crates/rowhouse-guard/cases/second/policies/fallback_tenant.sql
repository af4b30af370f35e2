-- Without a setting one falls back to the first company.
-- object: public.users
-- base: shop
-- tenant: none
--- leak
ALTER POLICY company_isolation ON users USING (company_id = coalesce(nullif(current_setting('rails.company_id', true), ''), '202')::bigint);
--- exploit
SELECT FROM users WHERE company_id = 202;
