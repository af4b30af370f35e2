-- GRANT ALL to the group the requests run as.
-- object: public.boards
-- base: supa
--- setup
ALTER TABLE cards DROP CONSTRAINT cards_org_id_board_id_fkey;
--- leak
GRANT ALL ON boards TO {authenticated};
--- exploit
TRUNCATE boards;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM boards);
