-- A procedure deletes by key alone, as a superuser.
-- object: public.discharge(uuid)
-- base: clinic
--- leak
RESET ROLE;
CREATE PROCEDURE discharge(p_id uuid) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ DELETE FROM prescriptions WHERE id = p_id; $$;
--- twin
RESET ROLE;
CREATE PROCEDURE discharge(p_id uuid) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ DELETE FROM prescriptions WHERE id = p_id AND practice_id = current_setting('clinic.practice')::uuid; $$;
--- exploit
CALL discharge('bbbbbbbb-0000-4000-8000-000000000003');
--- proof
SELECT 1 WHERE NOT EXISTS (SELECT FROM prescriptions WHERE drug = 'bromide');
