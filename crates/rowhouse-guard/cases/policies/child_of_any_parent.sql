-- The parent must exist, but need not be one's own: it is looked up without row security.
-- object: public.revisions
-- base: text
--- setup
CREATE FUNCTION document_exists(wanted uuid) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT wanted IS NOT NULL $$;
--- leak
DROP POLICY own ON revisions;
CREATE POLICY own ON revisions USING (document_exists(document_id));
--- exploit
SELECT id FROM revisions WHERE content = 'of b';
