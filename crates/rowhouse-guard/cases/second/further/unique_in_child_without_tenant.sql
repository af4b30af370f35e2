-- A child without a tenant column whose handle is unique over all.
-- object: public.blocks
-- base: wiki
--- setup
RESET ROLE; ALTER TABLE blocks ADD COLUMN handle text; UPDATE blocks SET handle = 'h-b' WHERE body = 'of b';
--- leak
ALTER TABLE blocks ADD CONSTRAINT handle_once UNIQUE (handle);
--- twin
ALTER TABLE blocks ADD CONSTRAINT handle_once UNIQUE (document_id, handle);
--- exploit
INSERT INTO blocks (document_id, body, handle) VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'x', 'h-b') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM blocks WHERE body = 'x');
