-- An authenticator that becomes authenticated; the service role is not its to become.
-- base: supa
--- exploit
SELECT FROM cards WHERE org_id = '{B}';
