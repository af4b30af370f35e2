-- A rule on a protected table copies what is written into a feed that everybody reads.
-- object: chat.feed
-- object: chat.messages
-- base: chat
--- setup
CREATE TABLE chat.feed (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team text NOT NULL, body text NOT NULL);
CREATE RULE to_feed AS ON INSERT TO chat.messages DO ALSO INSERT INTO chat.feed (team, body) VALUES (NEW.team, NEW.body);
GRANT SELECT ON chat.feed TO {app};
INSERT INTO chat.feed (team, body) VALUES ('{A}', 'of a');
--- leak
--- twin
ALTER TABLE chat.feed ENABLE ROW LEVEL SECURITY;
CREATE POLICY team ON chat.feed USING (team = (SELECT chat.team()));
CREATE POLICY add ON chat.feed FOR INSERT TO {owner} WITH CHECK (true);
ALTER TABLE chat.feed FORCE ROW LEVEL SECURITY;
--- victim
INSERT INTO chat.messages (team, channel_id, body) VALUES ('{B}', 2, 'secret');
--- exploit
SELECT body FROM chat.feed WHERE team = '{B}';
