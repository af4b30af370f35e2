-- A definer function that registers a device takes over the one of that serial, whosever it was.
-- object: public.register(text,jsonb)
-- base: sensors
--- setup
RESET ROLE;
CREATE TABLE registrations (serial text NOT NULL, site_id integer NOT NULL REFERENCES sites, config jsonb NOT NULL, PRIMARY KEY (site_id, serial));
ALTER TABLE registrations OWNER TO {owner};
ALTER TABLE registrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY site ON registrations USING (site_id = NULLIF(current_setting('iot.site', true), '')::int);
GRANT SELECT ON registrations TO {gateway};
INSERT INTO registrations VALUES ('x-1', 8, '{"of": "b"}');
--- leak
RESET ROLE;
CREATE FUNCTION register(p_serial text, p_config jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE registrations SET site_id = current_setting('iot.site')::int, config = p_config WHERE serial = p_serial;
    IF NOT FOUND THEN INSERT INTO registrations VALUES (p_serial, current_setting('iot.site')::int, p_config); END IF;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION register(p_serial text, p_config jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE registrations SET config = p_config WHERE serial = p_serial AND site_id = current_setting('iot.site')::int;
    IF NOT FOUND THEN INSERT INTO registrations VALUES (p_serial, current_setting('iot.site')::int, p_config); END IF;
END $$;
--- exploit
SELECT register('x-1', '{}');
--- proof
SELECT 1 WHERE NOT EXISTS (SELECT FROM registrations WHERE site_id = 8);
