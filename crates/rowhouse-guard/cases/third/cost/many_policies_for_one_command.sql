-- Each team added its own policy for reading; all are asked for every row.
-- object: public.courses
-- level: note
-- base: third_rails
--- leak
CREATE POLICY courses_read_teachers ON courses FOR SELECT TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint AND published);
CREATE POLICY courses_read_editors ON courses FOR SELECT TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint AND NOT published);
CREATE POLICY courses_read_titles ON courses FOR SELECT TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint AND title <> '');
CREATE POLICY courses_read_more ON courses FOR SELECT TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint AND id > 0);
CREATE POLICY courses_read_rest ON courses FOR SELECT TO {web} USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint AND id < 9);
