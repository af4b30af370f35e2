-- The comparison is the wrong way round.
-- object: public.comments
-- base: uuid
--- leak
DROP POLICY tenant_isolation ON comments;
CREATE POLICY tenant_isolation ON comments
    USING (tenant_id <> (SELECT current_setting('app.current_tenant_id')::uuid));
--- own
SELECT FROM items;
--- exploit
SELECT id FROM comments WHERE tenant_id = '{B}';
