-- Without parentheses the last OR stands alone: published courses of all accounts.
-- object: public.courses
-- base: third_rails
--- leak
ALTER POLICY courses_read ON courses USING (
    account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint AND title <> '' OR published);
--- twin
ALTER POLICY courses_read ON courses USING (
    account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint AND (title <> '' OR published));
--- exploit
SELECT title FROM courses WHERE account_id = 202;
