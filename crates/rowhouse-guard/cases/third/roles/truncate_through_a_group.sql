-- TRUNCATE on a child, granted to the group for nightly clean-ups, to which the web group belongs.
-- object: public.lessons
-- base: third_rails
--- setup
RESET ROLE;
CREATE ROLE {cleanup} NOLOGIN;
GRANT {cleanup} TO {web};
--- leak
GRANT TRUNCATE ON lessons TO {cleanup};
--- exploit
TRUNCATE lessons;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM lessons WHERE course_id = 2);
