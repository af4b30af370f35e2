-- pg_write_all_data writes every table, also those the app role was never granted.
-- object: role:{app}
-- base: integer
--- setup
CREATE TABLE payouts (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, iban text);
CREATE INDEX ON payouts (org_id);
INSERT INTO payouts (org_id, iban) VALUES (2, 'of b');
--- leak
RESET ROLE;
GRANT pg_write_all_data TO {app};
--- exploit
UPDATE payouts SET iban = 'of a';
--- proof
SELECT FROM payouts WHERE org_id = 2 AND iban = 'of a';
