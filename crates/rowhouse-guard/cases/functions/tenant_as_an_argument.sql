-- The function runs as a superuser and believes the tenant its caller names.
-- object: chat.history(text,bigint)
-- base: chat
--- setup
RESET ROLE;
CREATE FUNCTION chat.history(p_team text, p_channel bigint) RETURNS SETOF chat.messages
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = chat, pg_temp
    AS $$ SELECT * FROM chat.messages WHERE team = p_team AND channel_id = p_channel ORDER BY sent_at $$;
REVOKE EXECUTE ON FUNCTION chat.history FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chat.history TO {app};
--- leak
--- twin
RESET ROLE;
CREATE OR REPLACE FUNCTION chat.history(p_team text, p_channel bigint) RETURNS SETOF chat.messages
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = chat, pg_temp
    AS $$ SELECT * FROM chat.messages WHERE team = p_team AND team = chat.team() AND channel_id = p_channel ORDER BY sent_at $$;
--- exploit
SELECT body FROM chat.history('{B}', 2);
