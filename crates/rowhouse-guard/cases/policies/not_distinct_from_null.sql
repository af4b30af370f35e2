-- IS NOT DISTINCT FROM: no tenant in the setting equals no tenant in the row.
-- object: public.drafts
-- base: integer
-- tenant: none
--- setup
CREATE TABLE drafts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org_id integer REFERENCES organizations,
    body text
);
CREATE INDEX ON drafts (org_id);
INSERT INTO drafts (org_id, body) VALUES (NULL, 'of b, not yet assigned'), (1, 'of a');
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE drafts FORCE ROW LEVEL SECURITY;
GRANT SELECT ON drafts TO {app};
--- leak
CREATE POLICY drafts_own ON drafts
    USING (org_id IS NOT DISTINCT FROM NULLIF(current_setting('myapp.org', true), '')::integer);
--- twin
CREATE POLICY drafts_own ON drafts
    USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT id FROM drafts;
