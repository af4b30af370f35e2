-- Whoever has the link may see the file, and most files have an empty token.
-- object: public.files
-- base: projects
--- setup
ALTER TABLE files ADD COLUMN share_token text NOT NULL DEFAULT '';
--- leak
CREATE POLICY by_link ON files FOR SELECT USING (share_token = coalesce(current_setting('app.share_token', true), ''));
--- twin
CREATE POLICY by_link ON files FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid)
    AND share_token = coalesce(current_setting('app.share_token', true), ''));
--- exploit
SELECT name FROM files WHERE org_id = '{B}';
