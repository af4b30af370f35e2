-- Private channels are for their members, by a restrictive policy within the team.
-- base: chat
--- setup
CREATE TABLE chat.channel_members (
    team text NOT NULL, channel_id bigint NOT NULL, user_id uuid NOT NULL, PRIMARY KEY (team, channel_id, user_id),
    FOREIGN KEY (team, channel_id) REFERENCES chat.channels (team, id) ON DELETE CASCADE,
    FOREIGN KEY (team, user_id) REFERENCES chat.members ON DELETE CASCADE
);
CREATE INDEX ON chat.channel_members (team, user_id);
ALTER TABLE chat.channel_members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON chat.channel_members USING (team = (SELECT chat.team()));
GRANT SELECT, INSERT, DELETE ON chat.channel_members TO {app};
CREATE POLICY private ON chat.channels AS RESTRICTIVE FOR SELECT USING (
    NOT private OR EXISTS (SELECT FROM chat.channel_members m WHERE m.team = channels.team AND m.channel_id = channels.id
                           AND m.user_id = NULLIF(current_setting('chat.user', true), '')::uuid));
--- exploit
SELECT name FROM chat.channels WHERE team = '{B}';
