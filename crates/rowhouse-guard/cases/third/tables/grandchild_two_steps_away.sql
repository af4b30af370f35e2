-- A grandchild through two parents of which the nearer was left open.
-- object: public.lesson_comments
-- base: third_rails
--- setup
CREATE TABLE lesson_comments (id bigserial PRIMARY KEY, lesson_id bigint NOT NULL REFERENCES lessons ON DELETE CASCADE, remark text NOT NULL);
CREATE INDEX ON lesson_comments (lesson_id);
INSERT INTO lesson_comments (lesson_id, remark) VALUES (1, 'of a'), (2, 'secret of b');
GRANT SELECT ON lesson_comments TO {web};
ALTER TABLE lesson_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE lesson_comments FORCE ROW LEVEL SECURITY;
--- leak
CREATE POLICY via_course ON lesson_comments FOR SELECT TO {web}
    USING (EXISTS (SELECT FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = l.id));
--- twin
CREATE POLICY via_course ON lesson_comments FOR SELECT TO {web}
    USING (EXISTS (SELECT FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = lesson_id));
--- exploit
SELECT remark FROM lesson_comments WHERE lesson_id = 2;
