-- The history is written by a definer trigger with the row's own tenant, and read under a policy.
-- base: third_hibernate
--- setup
CREATE TABLE shop_data.purchase_history (
    history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_identifier varchar(64) NOT NULL, id bigint NOT NULL, amount numeric, changed timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON shop_data.purchase_history (tenant_identifier, id);
ALTER TABLE shop_data.purchase_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_data.purchase_history FORCE ROW LEVEL SECURITY;
CREATE POLICY t_iso ON shop_data.purchase_history FOR SELECT TO {spring} USING (tenant_identifier = current_setting('hibernate.tenant'));
GRANT SELECT ON shop_data.purchase_history TO {spring};
RESET ROLE;
CREATE FUNCTION shop_data.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = shop_data, pg_temp AS $$
BEGIN INSERT INTO purchase_history (tenant_identifier, id, amount) VALUES (OLD.tenant_identifier, OLD.id, OLD.amount); RETURN NULL; END $$;
CREATE TRIGGER keep AFTER UPDATE OR DELETE ON shop_data.purchase FOR EACH ROW EXECUTE FUNCTION shop_data.keep();
--- victim
UPDATE shop_data.purchase SET amount = 21;
--- exploit
SELECT amount FROM shop_data.purchase_history WHERE tenant_identifier = '{B}';
