-- Triggers, a view and a default that speak of the tenant's setting and leave it as it is; what sets others; and a helper
-- that looks the tenant up.
-- base: integer
--- setup
CREATE SCHEMA tools;
GRANT USAGE ON SCHEMA tools TO {app};
CREATE FUNCTION tools.org() RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF coalesce(current_setting('myapp.org', true), '') = '' THEN
        RAISE 'call set_config(''myapp.org'', ''…'', true) first';
    END IF;
    RETURN current_setting('myapp.org')::integer;
END $$;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was text := current_setting('myapp.org', true);
BEGIN
    -- PERFORM set_config('myapp.org', NEW.org_id::text, true);
    PERFORM set_config('audit.changed', TG_TABLE_NAME, true);
    PERFORM set_config('audit.org', NEW.org_id::text, true);
    PERFORM set_config('myapp.org', was, true);
    PERFORM set_config('myapp.org', coalesce(current_setting('myapp.org', true), ''), true);
    SET LOCAL myapp.org_seen TO 'yes';
    NEW.note := 'set_config(''myapp.org'', ''2'', true)';
    RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE orders ALTER org_id SET DEFAULT tools.org();
CREATE VIEW help WITH (security_invoker = true, security_barrier = true) AS
    SELECT id, org_id, 'set_config(''myapp.org'', x, true)'::text AS how FROM orders;
GRANT SELECT ON help TO {app};
