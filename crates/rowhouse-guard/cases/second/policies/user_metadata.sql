-- The organization is taken from what the user himself may write into his token.
-- object: public.boards
-- base: supa
--- leak
ALTER POLICY "Members read boards" ON boards USING (org_id = ((SELECT current_setting('request.jwt.claims', true))::jsonb -> 'user_metadata' ->> 'org_id')::uuid);
--- twin
ALTER POLICY "Members read boards" ON boards USING (org_id = ((SELECT current_setting('request.jwt.claims', true))::jsonb -> 'app_metadata' ->> 'org_id')::uuid);
--- exploit
SELECT FROM boards WHERE org_id = '{B}';
--- own
SELECT FROM cards;
