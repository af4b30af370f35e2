-- A definer function for an autocomplete, made by the administrator, granted by hand.
-- object: clinic.suggest_names(text)
-- base: third_clinic
--- setup
RESET ROLE;
CREATE FUNCTION clinic.suggest_names(prefix text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = clinic, pg_temp
    BEGIN ATOMIC
        SELECT p.family_name FROM clinic.patient p WHERE p.family_name ILIKE prefix || '%' ORDER BY 1 LIMIT 10;
    END;
REVOKE EXECUTE ON FUNCTION clinic.suggest_names(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clinic.suggest_names(text) TO {app};
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION clinic.suggest_names(text) SECURITY INVOKER;
--- exploit
SELECT suggest_names FROM clinic.suggest_names('Br');
