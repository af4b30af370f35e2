-- A tenant written into the policy while debugging.
-- object: public.cards
-- base: supa
--- leak
ALTER POLICY "Members use cards" ON cards USING (org_id = (SELECT auth.org_id()) OR org_id = '{B}') WITH CHECK (org_id = (SELECT auth.org_id()));
--- exploit
SELECT FROM cards WHERE org_id = '{B}';
