-- An operator of the schema's own that compares without case.
-- object: chat.channels
-- base: chat
-- a: acme
-- b: ACME
--- setup
CREATE FUNCTION chat.same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = $2 $$;
CREATE OPERATOR chat.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = chat.same);
DROP POLICY team ON chat.channels;
CREATE POLICY team ON chat.channels USING (team OPERATOR(chat.===) (SELECT chat.team()));
--- leak
CREATE OR REPLACE FUNCTION chat.same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT upper($1) = upper($2) $$;
--- exploit
SELECT name FROM chat.channels WHERE team = '{B}';
