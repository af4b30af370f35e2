
-- Made by `rowhouse seal init`. The key is made here, so that it is in no statement and no log of statements; only this
-- function's result has it, once.
DECLARE
    secret bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                        || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    id text := encode(substr(uuid_send(gen_random_uuid()), 1, 4), 'hex');
    -- HMAC (RFC 2104): the key, padded with zeros to a block, with one byte or another mixed in.
    inner_prefix bytea := decode(repeat('36', 64), 'hex');
    outer_prefix bytea := decode(repeat('5c', 64), 'hex');
    fixed text := '';
    item text;
BEGIN
    FOR at IN 0..31 LOOP
        inner_prefix := set_byte(inner_prefix, at, get_byte(inner_prefix, at) # get_byte(secret, at));
        outer_prefix := set_byte(outer_prefix, at, get_byte(outer_prefix, at) # get_byte(secret, at));
    END LOOP;
    FOREACH item IN ARRAY ARRAY[setting, tenant_type] || claims LOOP
        fixed := fixed || octet_length(convert_to(item, 'UTF8')) || ':' || item || ',';
    END LOOP;
    INSERT INTO rowhouse.seal_keys (id, inner_prefix, outer_prefix, setting, tenant_type, claims)
         VALUES ('1t' || id, inner_prefix || convert_to(fixed, 'UTF8'), outer_prefix, setting, tenant_type, claims);
    RETURN rtrim('rowhouse-seal-1 ' || id || ' ' || encode(secret, 'hex') || ' ' || setting || ' ' || tenant_type || ' '
        || array_to_string(claims, ','));
END
