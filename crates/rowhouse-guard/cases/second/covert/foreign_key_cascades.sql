-- Deleting one's own board deletes the cards of others that were hung on it.
-- object: public.cards
-- base: supa
-- refused: 23503
--- leak
ALTER TABLE cards DROP CONSTRAINT cards_org_id_board_id_fkey, ADD FOREIGN KEY (board_id) REFERENCES boards (id) ON DELETE CASCADE;
--- exploit
INSERT INTO cards (board_id, body) VALUES ('bbbbbbbb-0000-4000-8000-000000000001', 'mine'); SELECT 1;
