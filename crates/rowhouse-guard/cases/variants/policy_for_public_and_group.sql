-- One policy names PUBLIC's reader group and lets drafts through.
-- object: public.items
-- base: uuid
--- setup
RESET ROLE; CREATE ROLE {readers} NOLOGIN; GRANT {readers} TO {app}; ALTER TABLE items ADD COLUMN public boolean NOT NULL DEFAULT true;
--- leak
CREATE POLICY readers ON items FOR SELECT TO {readers}, {owner} USING (public);
--- twin
CREATE POLICY readers ON items AS RESTRICTIVE FOR SELECT TO {readers}, {owner} USING (public);
--- exploit
SELECT FROM items WHERE tenant_id = '{B}';
