-- A policy of support's own, a role the service cannot become.
-- base: realm
--- setup
RESET ROLE; CREATE ROLE {helpdesk} LOGIN; GRANT SELECT ON user_entity TO {helpdesk}; CREATE POLICY helpdesk ON user_entity FOR SELECT TO {helpdesk} USING (true);
--- exploit
SELECT FROM user_entity WHERE realm_id = 'bolt';
