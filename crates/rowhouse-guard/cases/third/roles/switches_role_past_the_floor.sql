-- The floor binds the app role alone; the role for exports, which it may take on, has a permissive policy and no floor.
-- object: shop_data.purchase
-- object: role:{spring}
-- base: third_hibernate
--- setup
RESET ROLE;
CREATE ROLE {exports} NOLOGIN;
ALTER ROLE {spring} NOINHERIT;
GRANT USAGE ON SCHEMA shop_data TO {exports};
GRANT SELECT ON shop_data.purchase TO {exports};
CREATE POLICY nightly ON shop_data.purchase FOR SELECT TO {exports} USING (true);
--- leak
RESET ROLE;
GRANT {exports} TO {spring};
--- exploit
SET LOCAL ROLE {exports};
SELECT comment FROM shop_data.purchase WHERE tenant_identifier = '{B}';
