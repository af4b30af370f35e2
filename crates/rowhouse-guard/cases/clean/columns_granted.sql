-- Rights on some columns of protected tables, a tenant that is filled in by default.
-- base: chat
--- setup
ALTER TABLE chat.messages ALTER team SET DEFAULT chat.team();
REVOKE INSERT, UPDATE ON chat.messages FROM {app};
GRANT INSERT (channel_id, author, body), UPDATE (body) ON chat.messages TO {app};
REVOKE SELECT ON chat.members FROM {app};
GRANT SELECT (team, user_id, nick) ON chat.members TO {app};
--- exploit
UPDATE chat.messages SET body = 'x' WHERE team = '{B}' RETURNING 1;
