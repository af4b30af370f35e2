-- The sub-select asks whether the tenant has any document, not whether it has this one.
-- object: public.blocks
-- base: wiki
--- leak
ALTER POLICY ws ON blocks USING (EXISTS (SELECT 1 FROM documents d WHERE d.workspace_id = (SELECT current_setting('wiki.workspace')::uuid)));
--- exploit
SELECT FROM blocks WHERE body = 'of b';
