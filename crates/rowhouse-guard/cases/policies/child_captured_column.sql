-- In the sub-select "id" is the parent's, not the child's: some document of one's own is enough.
-- object: public.revisions
-- base: text
--- leak
DROP POLICY own ON revisions;
CREATE POLICY own ON revisions USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = id));
--- twin
DROP POLICY own ON revisions;
CREATE POLICY own ON revisions USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = document_id));
--- exploit
SELECT id FROM revisions WHERE content = 'of b';
