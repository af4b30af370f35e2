-- The INSERT policy asks only that some org is named.
-- object: public.notes
-- base: third_members
--- leak
ALTER POLICY "Members add notes" ON notes WITH CHECK (org_id IS NOT NULL AND length(body) > 0);
--- exploit
INSERT INTO notes (org_id, body) VALUES ('{B}', 'planted');
--- proof
SELECT FROM notes WHERE org_id = '{B}' AND body = 'planted';
