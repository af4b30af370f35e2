-- A trigger fills the tenant in from the setting before the check.
-- base: uuid
--- setup
CREATE FUNCTION fill_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant_id := current_setting('app.current_tenant_id')::uuid;
    RETURN NEW;
END $$;
CREATE TRIGGER fill_tenant BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION fill_tenant();
CREATE TRIGGER fill_tenant BEFORE INSERT ON comments FOR EACH ROW EXECUTE FUNCTION fill_tenant();
--- exploit
INSERT INTO items (tenant_id, title) VALUES ('{B}', 'planted');
--- proof
SELECT FROM items WHERE tenant_id = '{B}' AND title = 'planted';
