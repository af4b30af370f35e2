-- The child's policy finds its parent, and compares the parent's tenant with the parent's own.
-- object: public.revisions
-- base: text
--- setup
CREATE FUNCTION account_of(wanted uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT account_id FROM documents WHERE id = wanted AND account_id = NULLIF(current_setting('app.tenant', true), '') $$;
--- leak
DROP POLICY own ON revisions;
CREATE POLICY own ON revisions USING (COALESCE(account_of(document_id), '') IN ('', current_setting('app.tenant', true)));
--- twin
DROP POLICY own ON revisions;
CREATE POLICY own ON revisions USING (account_of(document_id) = current_setting('app.tenant', true));
--- exploit
SELECT id FROM revisions WHERE content = 'of b';
