-- The archive keeps whole rows and is readable by everybody.
-- object: archive.task_2023
-- base: hasura
--- setup
RESET ROLE;
CREATE SCHEMA archive; CREATE TABLE archive.task_2023 AS SELECT * FROM app.task;
--- leak
RESET ROLE; GRANT USAGE ON SCHEMA archive TO PUBLIC; GRANT SELECT ON archive.task_2023 TO PUBLIC;
--- twin
RESET ROLE; GRANT USAGE ON SCHEMA archive TO PUBLIC;
--- exploit
SELECT FROM archive.task_2023 WHERE organization_id = 6;
