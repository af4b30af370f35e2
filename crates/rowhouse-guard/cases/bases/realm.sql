-- An identity server: realms as tenants, one policy for each command, roles for support and dumps beside the service.
-- a: master
-- b: bolt
-- login: keycloak
--- setup
RESET ROLE;
CREATE ROLE {support} NOLOGIN BYPASSRLS;
CREATE ROLE {dumper} LOGIN;
GRANT pg_read_all_data TO {dumper};
SET ROLE {owner};
CREATE TABLE realm (id varchar(36) PRIMARY KEY CHECK (id <> ''), enabled boolean NOT NULL DEFAULT true);
CREATE TABLE user_entity (
    id varchar(36) NOT NULL DEFAULT gen_random_uuid()::text PRIMARY KEY,
    realm_id varchar(36) NOT NULL REFERENCES realm,
    username varchar(255) NOT NULL,
    email varchar(255),
    UNIQUE (realm_id, username),
    UNIQUE (realm_id, id)
);
CREATE TABLE credential (
    id varchar(36) NOT NULL DEFAULT gen_random_uuid()::text PRIMARY KEY,
    realm_id varchar(36) NOT NULL REFERENCES realm,
    user_id varchar(36) NOT NULL,
    secret_data text,
    FOREIGN KEY (realm_id, user_id) REFERENCES user_entity (realm_id, id)
);
INSERT INTO realm VALUES ('master'), ('bolt');
INSERT INTO user_entity VALUES ('ua', 'master', 'ann', 'ann@acme.test'), ('ub', 'bolt', 'bob', 'bob@bolt.test');
INSERT INTO credential VALUES ('ca', 'master', 'ua', 'hash-a'), ('cb', 'bolt', 'ub', 'hash-b');

ALTER TABLE realm ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE user_entity ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE credential ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY realm_sel ON realm FOR SELECT TO {keycloak} USING (id::text = current_setting('kc.realm', true));
CREATE POLICY user_sel ON user_entity FOR SELECT TO {keycloak} USING (realm_id::text = current_setting('kc.realm', true));
CREATE POLICY user_ins ON user_entity FOR INSERT TO {keycloak} WITH CHECK (realm_id::text = current_setting('kc.realm', true));
CREATE POLICY user_upd ON user_entity FOR UPDATE TO {keycloak}
    USING (realm_id::text = current_setting('kc.realm', true)) WITH CHECK (realm_id::text = current_setting('kc.realm', true));
CREATE POLICY user_del ON user_entity FOR DELETE TO {keycloak} USING (realm_id::text = current_setting('kc.realm', true));
CREATE POLICY cred_sel ON credential FOR SELECT TO {keycloak} USING (realm_id::text = current_setting('kc.realm', true));
CREATE POLICY cred_ins ON credential FOR INSERT TO {keycloak} WITH CHECK (realm_id::text = current_setting('kc.realm', true));
CREATE POLICY cred_upd ON credential FOR UPDATE TO {keycloak}
    USING (realm_id::text = current_setting('kc.realm', true)) WITH CHECK (realm_id::text = current_setting('kc.realm', true));
CREATE POLICY cred_del ON credential FOR DELETE TO {keycloak} USING (realm_id::text = current_setting('kc.realm', true));

GRANT SELECT ON realm TO {keycloak}, {support};
GRANT SELECT, INSERT, UPDATE, DELETE ON user_entity, credential TO {keycloak};
GRANT SELECT ON user_entity, credential TO {support};
--- tenant
SELECT set_config('kc.realm', '{tenant}', true);
--- own
SELECT FROM user_entity;
