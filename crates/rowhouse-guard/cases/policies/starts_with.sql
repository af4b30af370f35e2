-- starts_with() where equality was meant, which every tenant does with an empty setting.
-- object: chat.messages
-- base: chat
-- a: acme
-- b: acme-eu
--- leak
DROP POLICY team ON chat.messages;
CREATE POLICY team ON chat.messages USING (starts_with(team, (SELECT chat.team())));
--- exploit
SELECT body FROM chat.messages WHERE team = '{B}';
