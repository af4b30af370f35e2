-- The tenant is in an index, but not first.
-- object: public.visits
-- base: integer
-- level: note
--- setup
CREATE TABLE visits (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org_id integer NOT NULL REFERENCES organizations,
    at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE visits FORCE ROW LEVEL SECURITY;
CREATE POLICY visits_own ON visits USING (org_id = (SELECT NULLIF(current_setting('myapp.org', true), '')::integer));
GRANT SELECT, INSERT ON visits TO {app};
--- leak
CREATE INDEX ON visits (at, org_id);
--- twin
CREATE INDEX ON visits (org_id, at);
