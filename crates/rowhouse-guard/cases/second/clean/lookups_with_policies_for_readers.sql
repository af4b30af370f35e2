-- Lookups with row security and a policy that lets all read.
-- base: supa
--- setup
CREATE TABLE plans (code text PRIMARY KEY, price integer); ALTER TABLE plans ENABLE ROW LEVEL SECURITY; CREATE POLICY "Plans are public" ON plans FOR SELECT USING (true); GRANT SELECT ON plans TO {anon}, {authenticated};
--- exploit
SELECT FROM plans;
