-- Blocks of any document are open when the block says so.
-- object: public.blocks
-- base: wiki
--- leak
ALTER POLICY ws ON blocks USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = blocks.document_id) OR length(body) < 100);
--- exploit
SELECT FROM blocks WHERE body = 'of b';
