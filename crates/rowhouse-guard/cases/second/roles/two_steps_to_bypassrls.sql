-- The service is in the operators, the operators are in support, support bypasses row security.
-- object: role:{keycloak}
-- base: realm
--- setup
RESET ROLE; CREATE ROLE {operators} NOLOGIN; GRANT {operators} TO {keycloak};
--- leak
RESET ROLE; GRANT {support} TO {operators};
--- exploit
SET LOCAL ROLE {support}; SELECT FROM credential WHERE realm_id = 'bolt';
