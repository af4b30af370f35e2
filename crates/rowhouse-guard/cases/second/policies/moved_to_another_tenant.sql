-- A row may be moved into another organization.
-- object: public.boards
-- base: supa
--- setup
ALTER TABLE cards DROP CONSTRAINT cards_org_id_board_id_fkey;
--- leak
ALTER POLICY "Members change boards" ON boards WITH CHECK (title <> '');
--- exploit
UPDATE boards SET org_id = '{B}', title = 'planted';
--- proof
SELECT FROM boards WHERE org_id = '{B}' AND title = 'planted';
--- own
SELECT FROM cards;
