-- A harmless-looking invoker function carries the tenant of the customer it was tested with in its SET clause.
-- object: clinic.todays_visits()
-- base: third_clinic
--- leak
RESET ROLE;
CREATE FUNCTION clinic.todays_visits() RETURNS SETOF clinic.visit LANGUAGE sql STABLE SET clinic.practice_id = '{B}'
    AS $$ SELECT * FROM clinic.visit $$;
--- twin
RESET ROLE;
CREATE FUNCTION clinic.todays_visits() RETURNS SETOF clinic.visit LANGUAGE sql STABLE SET timezone = 'UTC'
    AS $$ SELECT * FROM clinic.visit $$;
--- exploit
SELECT reason FROM clinic.todays_visits() WHERE reason = 'secret of b';
