-- Blocks reached through their document.
-- base: wiki
--- exploit
SELECT FROM blocks WHERE body = 'of b';
