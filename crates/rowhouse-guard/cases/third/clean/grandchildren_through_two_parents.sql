-- No tenant column for two generations; each policy goes through its parent, which is protected.
-- base: third_rails
--- setup
ALTER TABLE lessons ADD COLUMN position integer NOT NULL DEFAULT 0;
CREATE TABLE quizzes (id bigserial PRIMARY KEY, lesson_id bigint NOT NULL, question text NOT NULL);
CREATE TABLE answers (id bigserial PRIMARY KEY, quiz_id bigint NOT NULL, text text NOT NULL, right_one boolean NOT NULL DEFAULT false);
CREATE INDEX ON quizzes (lesson_id);
CREATE INDEX ON answers (quiz_id);
INSERT INTO quizzes VALUES (1, 1, 'of a'), (2, 2, 'secret of b');
INSERT INTO answers VALUES (1, 1, 'of a'), (2, 2, 'secret of b');
ALTER TABLE quizzes ENABLE ROW LEVEL SECURITY;
ALTER TABLE quizzes FORCE ROW LEVEL SECURITY;
ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers FORCE ROW LEVEL SECURITY;
CREATE POLICY q ON quizzes TO {web} USING (lesson_id IN (SELECT l.id FROM lessons l));
CREATE POLICY a ON answers TO {web} USING (EXISTS (SELECT 1 FROM quizzes q WHERE q.id = answers.quiz_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON quizzes, answers TO {web};
--- exploit
SELECT text FROM answers WHERE quiz_id = 2;
