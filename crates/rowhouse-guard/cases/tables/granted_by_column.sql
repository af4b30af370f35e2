-- Only two columns are granted, but of all tenants' rows.
-- object: public.exports
-- base: integer
--- setup
CREATE TABLE exports (id integer PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, url text NOT NULL);
CREATE INDEX ON exports (org_id);
INSERT INTO exports VALUES (1, 2, 'https://example.org/b');
--- leak
GRANT SELECT (id, url) ON exports TO {app};
--- exploit
SELECT url FROM exports;
