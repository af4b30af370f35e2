-- The inner id captures the outer one.
-- object: public.blocks
-- base: wiki
--- setup
ALTER TABLE documents ADD COLUMN document_id uuid;
--- leak
ALTER POLICY ws ON blocks USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = id));
--- exploit
SELECT FROM blocks WHERE body = 'of b';
