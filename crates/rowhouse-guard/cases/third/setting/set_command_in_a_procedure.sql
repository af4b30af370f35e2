-- A procedure with SET instead of SET LOCAL; CALL, commit, and it stays.
-- object: public.enter_tenant(bigint)
-- object: public.enter_tenant(t bigint)
-- base: third_django
-- tenant: none
--- leak
CREATE PROCEDURE enter_tenant(t bigint) LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('SET django.tenant = %L', t); END $$;
--- twin
CREATE PROCEDURE enter_tenant(t bigint) LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('SET LOCAL django.tenant = %L', t); END $$;
--- exploit
CALL enter_tenant(8);
--- exploit
SELECT memo FROM billing_invoice WHERE tenant_id = 8;
