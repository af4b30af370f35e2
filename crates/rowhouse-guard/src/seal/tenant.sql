
-- Made by `rowhouse seal init`: the audit knows this text, so leave it as it is.
-- Every name is written with its schema: what a caller puts into search_path changes nothing.
DECLARE
    seal pg_catalog.text := pg_catalog.current_setting('rowhouse.seal', true);
    tenant {type};
BEGIN
    SELECT pg_catalog.substr(seal, 159) INTO tenant
      FROM rowhouse.seal_keys AS key
     WHERE key.id OPERATOR(pg_catalog.=) pg_catalog.substr(seal, 65, 10)
       AND key.not_after OPERATOR(pg_catalog.>) pg_catalog.statement_timestamp()
       -- Compared by digests under the key: how much of a wrong one is right cannot be told by the time it takes.
       AND pg_catalog.sha256(key.outer_prefix OPERATOR(pg_catalog.||) pg_catalog.decode(pg_catalog.left(seal, 64), 'hex'))
           OPERATOR(pg_catalog.=)
           pg_catalog.sha256(key.outer_prefix OPERATOR(pg_catalog.||)
               pg_catalog.sha256(key.outer_prefix OPERATOR(pg_catalog.||)
                   pg_catalog.sha256(key.inner_prefix OPERATOR(pg_catalog.||)
                       pg_catalog.convert_to(pg_catalog.substr(seal, 65), 'UTF8'))))
       AND pg_catalog.to_timestamp(CAST(pg_catalog.substr(seal, 75, 10) AS pg_catalog.float8))
           OPERATOR(pg_catalog.>) pg_catalog.statement_timestamp()
       AND CAST(pg_catalog.substr(seal, 85, 10) AS pg_catalog.int8) OPERATOR(pg_catalog.=)
           ANY (ARRAY[0, CAST(pg_catalog.pg_backend_pid() AS pg_catalog.int8)])
       AND pg_catalog.current_setting({setting}, true) OPERATOR(pg_catalog.=) pg_catalog.substr(seal, 159);
    IF FOUND THEN
        RETURN tenant;
    END IF;
    IF pg_catalog.length(seal) OPERATOR(pg_catalog.>) 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'RHS02', MESSAGE = 'the seal is not valid for this tenant',
            DETAIL = 'It was not made with a key that is accepted, has expired, or belongs to another tenant or connection.';
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'RHS01', MESSAGE = 'the tenant came without a seal',
        HINT = 'This database believes sealed tenants only: give the service its keys, which rowhouse seal init made.';
END
