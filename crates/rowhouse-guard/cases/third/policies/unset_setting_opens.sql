-- A script without a tenant should keep working, so no setting means all rows.
-- object: public.notes
-- base: third_members
-- tenant: none
--- leak
ALTER POLICY "Members read notes" ON notes USING (org_id = (SELECT auth.org_id()) OR (SELECT auth.jwt()) = '{}'::jsonb);
--- exploit
SET ROLE {authenticated};
SELECT body FROM notes WHERE org_id = '{B}';
