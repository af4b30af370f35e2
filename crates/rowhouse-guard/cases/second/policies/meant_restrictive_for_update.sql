-- A second policy for UPDATE, meant to narrow, opens every realm's switch.
-- object: public.realm
-- base: realm
--- setup
GRANT UPDATE (enabled) ON realm TO {keycloak};
CREATE POLICY realm_upd ON realm FOR UPDATE TO {keycloak} USING (id::text = current_setting('kc.realm', true));
--- leak
CREATE POLICY realm_toggle ON realm FOR UPDATE USING (enabled) WITH CHECK (true);
--- twin
CREATE POLICY realm_toggle ON realm AS RESTRICTIVE FOR UPDATE USING (enabled) WITH CHECK (true);
--- exploit
UPDATE realm SET enabled = false;
--- proof
SELECT FROM realm WHERE id = 'bolt' AND NOT enabled;
