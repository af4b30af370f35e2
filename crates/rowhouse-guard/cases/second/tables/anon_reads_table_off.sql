-- Row security was switched off on the cards for anonymous visitors.
-- object: public.cards
-- base: supa
--- leak
ALTER TABLE cards DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT FROM cards WHERE org_id = '{B}';
