-- The helper that policies and a default call looks the tenant up once for each transaction and keeps it in a setting of
-- its own; a trigger sets other things.
-- base: integer
--- setup
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('audit.changed', TG_TABLE_NAME, true);
    PERFORM set_config('myapp.org', current_setting('myapp.org'), true);
    RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
