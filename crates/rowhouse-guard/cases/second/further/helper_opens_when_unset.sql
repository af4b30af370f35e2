-- The helper lets all through when there is no tenant, for the console.
-- object: public."belongsToOrg"(text)
-- object: public."Document"
-- base: orm
-- tenant: none
--- leak
CREATE FUNCTION "belongsToOrg"(org text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF current_setting('app.current_organization_id', TRUE) IS NULL THEN RETURN true; END IF; RETURN org = current_setting('app.current_organization_id', TRUE); END $$;
ALTER POLICY "tenant_isolation_policy" ON "Document" USING ("belongsToOrg"("organizationId"));
--- twin
CREATE FUNCTION "belongsToOrg"(org text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF current_setting('app.current_organization_id', TRUE) IS NULL THEN RETURN false; END IF; RETURN org = current_setting('app.current_organization_id', TRUE); END $$;
ALTER POLICY "tenant_isolation_policy" ON "Document" USING ("belongsToOrg"("organizationId"));
--- exploit
SELECT FROM "Document" WHERE "organizationId" = '{B}';
