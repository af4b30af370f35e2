-- Signed in is not the same as a member.
-- object: public.cards
-- base: supa
--- leak
ALTER POLICY "Members use cards" ON cards USING ((SELECT auth.org_id()) IS NOT NULL);
--- exploit
SELECT FROM cards WHERE org_id = '{B}';
