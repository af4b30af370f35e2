-- Everybody may see the list of accounts.
-- object: telemetry.accounts
-- base: metrics
--- leak
ALTER POLICY account ON telemetry.accounts USING (true);
--- exploit
SELECT name FROM telemetry.accounts WHERE id = 8;
