-- A definer function of a role above row security, declared with row_security off.
-- object: crm.ticket_dump()
-- base: other-schema
--- setup
RESET ROLE;
CREATE ROLE {dumper} BYPASSRLS NOLOGIN;
GRANT USAGE, CREATE ON SCHEMA crm TO {dumper};
GRANT SELECT ON crm.tickets TO {dumper};
CREATE FUNCTION crm.ticket_dump() RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET row_security = off SET search_path = crm, pg_temp
    AS $$ BEGIN RETURN QUERY SELECT subject FROM tickets; END $$;
ALTER FUNCTION crm.ticket_dump() OWNER TO {dumper};
--- leak
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION crm.ticket_dump() FROM PUBLIC;
--- exploit
SELECT FROM crm.ticket_dump() AS subject WHERE subject = 'of b';
