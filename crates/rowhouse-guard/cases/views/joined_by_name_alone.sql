-- A view filters one table by tenant and joins the other by a name that tenants share.
-- object: chat.channel_lines
-- base: chat
--- leak
RESET ROLE;
CREATE VIEW chat.channel_lines WITH (security_barrier) AS
    SELECT mine.name, m.body FROM chat.channels mine JOIN chat.channels c ON c.name = mine.name JOIN chat.messages m ON m.channel_id = c.id
    WHERE mine.team = chat.team();
GRANT SELECT ON chat.channel_lines TO {app};
--- twin
RESET ROLE;
CREATE VIEW chat.channel_lines WITH (security_barrier) AS
    SELECT mine.name, m.body FROM chat.channels mine JOIN chat.channels c USING (team, name) JOIN chat.messages m ON m.channel_id = c.id AND m.team = c.team
    WHERE mine.team = chat.team();
GRANT SELECT ON chat.channel_lines TO {app};
--- exploit
SELECT body FROM chat.channel_lines WHERE body = 'hello of b';
