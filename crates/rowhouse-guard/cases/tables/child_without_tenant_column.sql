-- A child without a tenant column and without a policy, though its parent is protected.
-- object: public.revisions
-- base: text
--- leak
DROP POLICY own ON revisions;
ALTER TABLE revisions DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT id FROM revisions WHERE content = 'of b';
