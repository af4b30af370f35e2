-- The row after must be one's own, the row before may be anyone's: an UPDATE without WHERE takes them over.
-- object: public.courses
-- base: third_rails
--- leak
DROP POLICY courses_change ON courses;
CREATE POLICY courses_change ON courses FOR UPDATE TO {web} USING (true)
    WITH CHECK (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
--- exploit
UPDATE courses SET account_id = 101;
SELECT title FROM courses WHERE title = 'secret of b';
