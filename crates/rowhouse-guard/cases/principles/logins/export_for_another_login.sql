-- An unprotected export is granted to the service, or to the login that ships it.
-- object: public.item_export
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {shipping} LOGIN;
SET ROLE {owner};
CREATE TABLE item_export (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, line text);
CREATE INDEX ON item_export (tenant_id);
INSERT INTO item_export VALUES ('bbbbbbbb-0000-4000-8000-000000000009', '{B}', 'of b');
--- leak
GRANT SELECT ON item_export TO {app};
--- twin
GRANT SELECT ON item_export TO {shipping};
--- exploit
SELECT line FROM item_export;
