-- A message must be in a channel of ours, but the team written on it is not looked at.
-- object: chat.messages
-- base: chat
--- setup
ALTER TABLE chat.messages DROP CONSTRAINT messages_team_channel_id_fkey;
ALTER TABLE chat.messages ADD FOREIGN KEY (channel_id) REFERENCES chat.channels (id);
DROP POLICY team ON chat.messages;
CREATE POLICY team ON chat.messages FOR SELECT USING (team = (SELECT chat.team()));
--- leak
CREATE POLICY team_add ON chat.messages FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM chat.channels c WHERE c.id = channel_id AND c.team = chat.team()));
--- twin
ALTER TABLE chat.messages DROP CONSTRAINT messages_channel_id_fkey;
ALTER TABLE chat.messages ADD FOREIGN KEY (team, channel_id) REFERENCES chat.channels (team, id);
CREATE POLICY team_add ON chat.messages FOR INSERT
    WITH CHECK (team = chat.team() AND EXISTS (SELECT FROM chat.channels c WHERE c.id = channel_id AND c.team = chat.team()));
--- exploit
INSERT INTO chat.messages (team, channel_id, body) VALUES ('{B}', 1, 'forged');
SELECT 1;
