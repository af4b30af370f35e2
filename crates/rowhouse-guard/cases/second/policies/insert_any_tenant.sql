-- New rows may belong to anybody.
-- object: public.user_entity
-- base: realm
--- leak
ALTER POLICY user_ins ON user_entity WITH CHECK (true);
--- exploit
INSERT INTO user_entity (realm_id, username) VALUES ('bolt', 'mole'); SELECT 1;
