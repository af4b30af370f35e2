-- The same in plpgsql, in mixed case.
-- object: public."setOrganization"(text)
-- base: orm
-- tenant: none
--- leak
CREATE FUNCTION "setOrganization"(org text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('app.current_organization_id', org, FALSE); END $$;
--- twin
CREATE FUNCTION "setOrganization"(org text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('app.current_organization_id', org, TRUE); END $$;
--- exploit
BEGIN; SELECT "setOrganization"('{B}'); COMMIT; SELECT FROM "Project" WHERE "organizationId" = '{B}';
