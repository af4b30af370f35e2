-- A clean-up deletes the drafts of everybody.
-- object: public.purge_drafts()
-- base: shop
--- leak
RESET ROLE; CREATE FUNCTION purge_drafts() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ DECLARE n bigint; BEGIN DELETE FROM users WHERE NOT admin; GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $$;
--- twin
RESET ROLE; CREATE FUNCTION purge_drafts() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ DECLARE n bigint; BEGIN DELETE FROM users WHERE NOT admin AND company_id = nullif(current_setting('rails.company_id', true), '')::bigint; GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $$;
--- exploit
SELECT purge_drafts();
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM users WHERE company_id = 202);
