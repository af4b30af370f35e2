-- Anonymous visitors see every board.
-- object: public.boards
-- base: supa
--- leak
GRANT SELECT ON boards TO {anon}; CREATE POLICY "Anyone can view" ON boards FOR SELECT TO {anon} USING (true);
--- exploit
SET LOCAL ROLE {anon}; SELECT FROM boards WHERE org_id = '{B}';
