-- strpos instead of equality.
-- object: public.user_entity
-- base: realm
--- setup
RESET ROLE; INSERT INTO realm VALUES ('mast'); INSERT INTO user_entity (realm_id, username) VALUES ('mast', 'm');
--- leak
ALTER POLICY user_sel ON user_entity USING (strpos(current_setting('kc.realm', true), realm_id) > 0);
--- exploit
SELECT FROM user_entity WHERE realm_id = 'mast';
