-- The owner of a schema can drop what is in it and put its own in place.
-- object: schema:crm
-- object: role:{app}
-- base: other-schema
--- leak
RESET ROLE;
GRANT CREATE ON DATABASE {db} TO {app};
ALTER SCHEMA crm OWNER TO {app};
REVOKE CREATE ON DATABASE {db} FROM {app};
--- exploit
DROP TABLE crm.replies;
--- proof
SELECT WHERE to_regclass('crm.replies') IS NULL;
