-- The tenant column is called otherwise, but references the tenants.
-- object: public.shipments
-- base: integer
--- setup
CREATE TABLE shipments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer integer NOT NULL REFERENCES organizations (id),
    address text NOT NULL
);
CREATE INDEX ON shipments (customer);
INSERT INTO shipments (customer, address) VALUES (1, 'of a'), (2, 'of b');
GRANT SELECT, INSERT ON shipments TO {app};
--- leak
--- twin
ALTER TABLE shipments ENABLE ROW LEVEL SECURITY;
ALTER TABLE shipments FORCE ROW LEVEL SECURITY;
CREATE POLICY shipments_own ON shipments TO {app}
    USING (customer = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT id FROM shipments WHERE customer = {B};
