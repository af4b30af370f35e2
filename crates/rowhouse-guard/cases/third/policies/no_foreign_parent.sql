-- The child is hidden when its parent is another's, but another's parent cannot be seen, so there never is one.
-- object: public.lessons
-- base: third_rails
--- leak
ALTER POLICY lessons_of_course ON lessons USING (NOT EXISTS (
    SELECT 1 FROM courses c WHERE c.id = lessons.course_id
       AND c.account_id <> NULLIF(current_setting('rls.account_id', true), '')::bigint));
--- exploit
SELECT body FROM lessons WHERE course_id = 2;
