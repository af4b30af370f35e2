-- The connection string's user was made owner of the database: through pg_database_owner the public schema is its own.
-- object: database:{db}
-- object: role:{app}
-- object: schema:public
-- base: third_django
--- leak
RESET ROLE;
ALTER DATABASE {db} OWNER TO {app};
--- exploit
DROP TABLE billing_payment;
--- proof
SELECT WHERE to_regclass('public.billing_payment') IS NULL;
