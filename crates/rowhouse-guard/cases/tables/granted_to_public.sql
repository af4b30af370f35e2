-- A table granted to PUBLIC, the app role among them.
-- object: public.exports
-- base: uuid
--- setup
CREATE TABLE exports (id integer PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, url text NOT NULL);
CREATE INDEX ON exports (tenant_id);
INSERT INTO exports VALUES (1, '{B}', 'https://example.org/b');
--- leak
GRANT SELECT ON exports TO PUBLIC;
--- exploit
SELECT url FROM exports WHERE tenant_id = '{B}';
