-- Strict policies per command, and an old FOR ALL policy from the first week that nobody dropped.
-- object: public.users
-- base: third_rails
--- leak
CREATE POLICY bootstrap ON users TO {web} USING (role < 9) WITH CHECK (role < 9);
--- exploit
SELECT email FROM users WHERE account_id = 202;
