-- Blocks have no tenant column and no row security.
-- object: public.blocks
-- base: wiki
--- leak
ALTER TABLE blocks DISABLE ROW LEVEL SECURITY; DROP POLICY ws ON blocks;
--- exploit
SELECT FROM blocks WHERE body = 'of b';
