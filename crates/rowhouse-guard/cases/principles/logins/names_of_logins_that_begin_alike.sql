-- A login per tenant, but the policy takes whatever only begins with its name.
-- object: public.parcel
-- base: empty
-- login: acme
--- setup
RESET ROLE;
CREATE ROLE {bolt} LOGIN;
CREATE ROLE {members} NOLOGIN;
GRANT {members} TO {acme}, {bolt};
SET ROLE {owner};
CREATE TABLE customer (login text PRIMARY KEY, title text NOT NULL);
CREATE TABLE parcel (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, login text NOT NULL REFERENCES customer, contents text NOT NULL);
CREATE INDEX ON parcel (login);
INSERT INTO customer VALUES ('{acme}', 'Acme'), ('{acme}_2', 'Acme, the other one');
INSERT INTO parcel (login, contents) VALUES ('{acme}', 'of a'), ('{acme}_2', 'secret of b');
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer FORCE ROW LEVEL SECURITY;
ALTER TABLE parcel ENABLE ROW LEVEL SECURITY;
ALTER TABLE parcel FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON customer FOR SELECT TO {members} USING (login = current_user);
GRANT SELECT ON customer TO {members};
GRANT SELECT, INSERT, DELETE ON parcel TO {members};
--- leak
CREATE POLICY own ON parcel TO {members} USING (starts_with(login, current_user));
--- twin
CREATE POLICY own ON parcel TO {members} USING (login = current_user);
--- tenant
SELECT 1;
--- own
SELECT FROM parcel;
--- exploit
SELECT contents FROM parcel WHERE contents = 'secret of b';
