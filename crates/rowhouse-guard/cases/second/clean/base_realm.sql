-- Realms with a policy for each command; support and dump roles the service cannot become.
-- base: realm
--- exploit
SELECT FROM credential WHERE realm_id = 'bolt';
