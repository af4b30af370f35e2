-- A gateway switches to the role of the tenant whose token it was shown.
-- base: empty
-- login: gateway
--- setup
RESET ROLE;
CREATE ROLE {customers} NOLOGIN;
CREATE ROLE {acme} NOLOGIN;
CREATE ROLE {bolt} NOLOGIN;
GRANT {customers} TO {acme}, {bolt};
ALTER ROLE {gateway} NOINHERIT;
GRANT {acme}, {bolt} TO {gateway};
SET ROLE {owner};
CREATE TABLE customer (name text PRIMARY KEY);
INSERT INTO customer VALUES ('{acme}'), ('{bolt}');
CREATE TABLE parcel (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owned_by text NOT NULL DEFAULT current_user REFERENCES customer, contents text NOT NULL);
CREATE INDEX ON parcel (owned_by);
INSERT INTO parcel (owned_by, contents) VALUES ('{acme}', 'of a'), ('{bolt}', 'secret of b');
ALTER TABLE parcel ENABLE ROW LEVEL SECURITY;
ALTER TABLE parcel FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON parcel TO {customers} USING (owned_by = current_user);
GRANT SELECT, INSERT, UPDATE, DELETE ON parcel TO {customers};
--- tenant
SET LOCAL ROLE {acme};
--- own
SELECT FROM parcel;
--- exploit
SELECT contents FROM parcel WHERE contents = 'secret of b';
