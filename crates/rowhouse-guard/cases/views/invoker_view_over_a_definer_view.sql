-- The outer view runs as its caller, the one below it as its owner.
-- object: public.encounter_list
-- object: public.encounter_base
-- base: clinic
--- setup
RESET ROLE;
CREATE VIEW encounter_base AS SELECT e.id, e.practice_id, e.notes, p.full_name FROM encounters e JOIN patients p ON p.id = e.patient_id;
CREATE VIEW encounter_list WITH (security_invoker) AS SELECT full_name, notes FROM encounter_base;
GRANT SELECT ON encounter_base, encounter_list TO {ehr};
--- leak
--- twin
RESET ROLE;
ALTER VIEW encounter_base SET (security_invoker);
--- exploit
SELECT notes FROM encounter_list WHERE full_name = 'Bob';
