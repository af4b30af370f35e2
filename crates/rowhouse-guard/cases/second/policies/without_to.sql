-- A policy for support without its TO.
-- object: public.user_entity
-- base: realm
--- leak
CREATE POLICY support_reads ON user_entity FOR SELECT USING (true);
--- twin
CREATE POLICY support_reads ON user_entity FOR SELECT TO {support} USING (true);
--- exploit
SELECT FROM user_entity WHERE realm_id = 'bolt';
