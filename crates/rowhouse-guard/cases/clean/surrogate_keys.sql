-- Keys that nobody chooses: uuid, identity and serial, unique over all tenants, and a token of random bytes.
-- base: integer
--- setup
ALTER TABLE orders ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
CREATE TABLE invitations (
    token uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id integer NOT NULL REFERENCES organizations,
    email text NOT NULL,
    UNIQUE (org_id, email)
);
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY invitations_own ON invitations TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT, DELETE ON invitations TO {app};
--- exploit
SELECT id FROM orders WHERE org_id = {B};
