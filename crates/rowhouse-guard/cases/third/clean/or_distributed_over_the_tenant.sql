-- Each branch of the OR names the tenant again.
-- base: third_members
--- setup
ALTER POLICY "Members read notes" ON notes USING (
    (archived AND org_id = (SELECT auth.org_id())) OR (org_id = (SELECT auth.org_id()) AND NOT archived AND inserted_at <= now()));
--- exploit
SELECT body FROM notes WHERE org_id = '{B}';
