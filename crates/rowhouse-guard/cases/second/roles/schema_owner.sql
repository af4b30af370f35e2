-- The service owns a schema, so it can drop the tables in it.
-- object: schema:billing
-- object: role:{svc_billing}
-- base: ledger
--- leak
RESET ROLE; ALTER SCHEMA billing OWNER TO {svc_billing};
--- exploit
DROP TABLE billing.payments;
--- proof
SELECT WHERE to_regclass('billing.payments') IS NULL;
