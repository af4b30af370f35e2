-- A table without row security has a protected table for a child, and shows the child's rows.
-- object: public.entities
-- base: sensors
--- setup
CREATE TABLE entities (site_id integer NOT NULL, label text NOT NULL);
CREATE TABLE gateways (address inet) INHERITS (entities);
CREATE INDEX ON gateways (site_id);
INSERT INTO gateways VALUES (7, 'of a', '10.0.0.7'), (8, 'of b', '10.0.0.8');
ALTER TABLE gateways ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY site ON gateways USING (site_id = NULLIF(current_setting('iot.site', true), '')::int);
GRANT SELECT ON gateways TO {gateway};
--- leak
GRANT SELECT ON entities TO {gateway};
--- exploit
SELECT label FROM entities WHERE site_id = 8;
