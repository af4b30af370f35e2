
-- Made by `rowhouse seal init`: the audit knows this text, so leave it as it is.
DECLARE
    seal bytea := decode(current_setting('rowhouse.seal', true), 'hex');
    covered text[];
BEGIN
    PERFORM rowhouse.tenant();
    SELECT key.claims INTO covered FROM rowhouse.seal_keys AS key WHERE key.mark = substr(seal, 33, 10);
    IF name IS NULL OR NOT name = ANY (covered) THEN
        RAISE EXCEPTION USING ERRCODE = 'RHS03', MESSAGE = 'the seal does not cover this claim',
            HINT = 'Name it when a key is made: rowhouse seal rotate --claim NAME.';
    END IF;
    IF substr(seal, 51, 32) IS DISTINCT FROM (
        SELECT sha256(convert_to(string_agg(
                   octet_length(convert_to(set.value, 'UTF8')) || ':' || set.value || ',', '' ORDER BY set.at), 'UTF8'))
          FROM (SELECT coalesce(current_setting(claim, true), '') AS value, at
                  FROM unnest(covered) WITH ORDINALITY AS listed (claim, at)) AS set)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'RHS02', MESSAGE = 'the claims are not those that were sealed';
    END IF;
    RETURN current_setting(name, true);
END
