-- A login that fills the list of currencies, which the service only reads.
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {feeds} LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON currencies TO {feeds};
--- exploit
INSERT INTO currencies VALUES ('XXX', 0);
SELECT 1;
