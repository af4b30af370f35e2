-- Every tenant connects with a login of its own, and rows carry the login's name.
-- base: empty
-- login: acme_login
--- setup
RESET ROLE;
CREATE ROLE {bolt_login} LOGIN;
CREATE ROLE {customers} NOLOGIN;
GRANT {customers} TO {acme_login}, {bolt_login};
SET ROLE {owner};
CREATE TABLE customer (login name PRIMARY KEY, company text NOT NULL);
CREATE TABLE parcel (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, login name NOT NULL DEFAULT current_user REFERENCES customer, contents text NOT NULL);
CREATE INDEX ON parcel (login);
INSERT INTO customer VALUES ('{acme_login}', 'Acme'), ('{bolt_login}', 'Bolt');
INSERT INTO parcel (login, contents) VALUES ('{acme_login}', 'of a'), ('{bolt_login}', 'secret of b');
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer FORCE ROW LEVEL SECURITY;
ALTER TABLE parcel ENABLE ROW LEVEL SECURITY;
ALTER TABLE parcel FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON customer FOR SELECT TO {customers} USING (login = current_user);
CREATE POLICY own ON parcel TO {customers} USING (login = current_user);
GRANT SELECT ON customer TO {customers};
GRANT SELECT, INSERT, UPDATE, DELETE ON parcel TO {customers};
--- tenant
SELECT 1;
--- own
SELECT FROM parcel;
--- exploit
SELECT contents FROM parcel WHERE contents = 'secret of b';
