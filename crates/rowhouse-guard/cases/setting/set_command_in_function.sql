-- SET without LOCAL in a function outlives the transaction.
-- object: crm.enter_bolt()
-- base: other-schema
-- tenant: none
--- leak
CREATE FUNCTION crm.enter_bolt() RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN SET app.workspace = '2'; END $$;
--- twin
CREATE FUNCTION crm.enter_bolt() RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN RESET app.workspace; END $$;
--- exploit
SELECT crm.enter_bolt();
SELECT id FROM crm.tickets WHERE workspace_id = {B};
