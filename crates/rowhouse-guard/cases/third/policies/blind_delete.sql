-- Deleting was opened for a clean-up of archived notes; whose they are was forgotten.
-- object: public.notes
-- base: third_members
--- leak
ALTER POLICY "Members delete notes" ON notes USING (archived OR org_id = (SELECT auth.org_id()));
--- victim
UPDATE notes SET archived = true;
--- exploit
DELETE FROM notes;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM notes WHERE org_id = '{B}');
