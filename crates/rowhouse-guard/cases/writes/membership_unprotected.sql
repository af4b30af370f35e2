-- The table of memberships has no row security and may be changed by the app role.
-- object: public.members
-- base: integer
--- setup
CREATE TABLE members (user_name text NOT NULL, org_id integer NOT NULL REFERENCES organizations, PRIMARY KEY (user_name, org_id));
CREATE INDEX ON members (org_id);
INSERT INTO members VALUES ('ann', 1), ('bob', 2);
CREATE TABLE boards (id integer PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, name text);
CREATE INDEX ON boards (org_id);
INSERT INTO boards VALUES (1, 1, 'of a'), (2, 2, 'of b');
ALTER TABLE boards ENABLE ROW LEVEL SECURITY;
ALTER TABLE boards FORCE ROW LEVEL SECURITY;
CREATE POLICY boards_of_my_orgs ON boards FOR SELECT
    USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer
           AND org_id IN (SELECT org_id FROM members WHERE user_name = current_setting('myapp.user', true)));
GRANT SELECT ON boards TO {app};
--- leak
GRANT SELECT, INSERT ON members TO {app};
--- twin
GRANT SELECT ON members TO {app};
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY members_own ON members FOR SELECT USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT user_name FROM members WHERE org_id = {B};
