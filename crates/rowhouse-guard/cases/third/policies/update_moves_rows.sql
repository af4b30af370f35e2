-- USING is right and WITH CHECK is open: a note may be handed to another org.
-- object: public.notes
-- base: third_members
--- leak
ALTER POLICY "Members edit notes" ON notes WITH CHECK (NOT archived);
--- exploit
UPDATE notes SET body = 'planted', org_id = '{B}';
--- proof
SELECT FROM notes WHERE org_id = '{B}' AND body = 'planted';
