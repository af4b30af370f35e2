-- The tenant is used as a pattern.
-- object: public.credential
-- base: realm
--- leak
ALTER POLICY cred_sel ON credential USING (realm_id ~ current_setting('kc.realm', true));
--- exploit
SELECT set_config('kc.realm', '', true); SELECT FROM credential WHERE realm_id = 'bolt';
