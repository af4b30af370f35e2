
-- Made by `rowhouse seal init`: the audit knows this text, so leave it as it is.
-- Every name is written with its schema: what a caller puts into search_path changes nothing.
DECLARE
    seal pg_catalog.bytea := pg_catalog.decode(NULLIF(pg_catalog.current_setting('rowhouse.seal', true), ''), 'hex');
    tenant pg_catalog.text := pg_catalog.current_setting({setting}, true);
BEGIN
    PERFORM FROM rowhouse.seal_keys AS key
      WHERE key.mark OPERATOR(pg_catalog.=) pg_catalog.substr(seal, 33, 10)
       -- As bytes, times before 2000 would be later than all others.
       AND LEAST(pg_catalog.substr(seal, 43, 8), pg_catalog.timestamptz_send(
               GREATEST(key.not_after, CAST('2000-01-01 00:00:00+00' AS pg_catalog.timestamptz))))
           OPERATOR(pg_catalog.>) pg_catalog.timestamptz_send(pg_catalog.statement_timestamp())
       -- Compared by digests: how much of a wrong one is right cannot be told by the time it takes. A seal that is too
       -- short fails at its last byte, so nothing of the tenant can be moved into it.
       AND pg_catalog.sha256(pg_catalog.substr(seal, 1, 32)) OPERATOR(pg_catalog.=)
           pg_catalog.sha256(pg_catalog.sha256(key.outer_prefix OPERATOR(pg_catalog.||)
               pg_catalog.sha256(key.inner_prefix
                   OPERATOR(pg_catalog.||) pg_catalog.substr(seal, 33, 51)
                   OPERATOR(pg_catalog.||) pg_catalog.int4send(pg_catalog.pg_backend_pid()
                       OPERATOR(pg_catalog.*) pg_catalog.get_byte(seal, 82))
                   OPERATOR(pg_catalog.||) pg_catalog.convert_to(tenant, 'UTF8'))));
    IF FOUND THEN
        RETURN tenant;
    END IF;
    IF seal IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'RHS02', MESSAGE = 'the seal is not valid for this tenant',
            DETAIL = 'It was not made with a key that is accepted, has expired, or belongs to another tenant or connection.';
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'RHS01', MESSAGE = 'the tenant came without a seal',
        HINT = 'This database believes sealed tenants only: give the service its keys, which rowhouse seal init made.';
END
