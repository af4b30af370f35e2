-- Rows older than a day are free.
-- object: public.boards
-- base: supa
--- setup
RESET ROLE; UPDATE boards SET created_at = '2020-01-01';
--- leak
ALTER POLICY "Members read boards" ON boards USING (org_id = (SELECT auth.org_id()) OR created_at < now() - interval '1 day');
--- exploit
SELECT FROM boards WHERE org_id = '{B}';
