-- GRANT ALL brings TRUNCATE, REFERENCES and TRIGGER along.
-- object: crm.replies
-- base: other-schema
--- leak
GRANT ALL ON crm.replies TO {app};
--- exploit
TRUNCATE crm.replies;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM crm.replies);
