-- The row before an UPDATE may be anybody's.
-- object: public.user_entity
-- base: realm
--- setup
ALTER TABLE credential DROP CONSTRAINT credential_realm_id_user_id_fkey;
--- leak
ALTER POLICY user_upd ON user_entity USING (true);
--- exploit
UPDATE user_entity SET realm_id = 'master', email = 'taken';
--- proof
SELECT FROM user_entity WHERE username = 'bob' AND realm_id = 'master';
