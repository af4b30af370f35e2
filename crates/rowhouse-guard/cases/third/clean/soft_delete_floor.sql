-- A restrictive policy for deleted rows beside the permissive one for the tenant.
-- base: third_members
--- setup
CREATE POLICY "Not archived" ON notes AS RESTRICTIVE FOR SELECT TO {authenticated} USING (NOT archived);
CREATE POLICY "Not deleted blindly" ON notes AS RESTRICTIVE FOR DELETE USING (archived);
--- exploit
SELECT body FROM notes WHERE org_id = '{B}';
