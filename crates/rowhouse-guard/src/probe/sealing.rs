//! A sealed database believes what the service signed. On a copy the probe is the service too: it has the database make a key, and a
//! function that only the probe's sessions call signs what they say.

use super::fill::Filler;
use super::world::SCHEMA;
use crate::seal::literal;

/// SQL that signs the tenant of a session; for after its settings are made.
pub(super) const SIGN: &str = "SELECT set_config('rowhouse.seal', rowhouse_probe.seal(), true)";

/// SQL that makes the key and the function, where the database is sealed as `rowhouse seal init` does it.
pub(super) fn install(filler: &Filler<'_>) -> Option<String> {
    let seal = filler.model.seal.as_ref()?;
    let mut claims: Vec<String> = Vec::new();
    for asked in &filler.words.asked {
        let name = literal(&asked.setting);
        if asked.setting != seal.setting && !claims.contains(&name) {
            claims.push(name);
        }
    }
    let (setting, kind) = (literal(&seal.setting), literal(seal.tenant_type.word()));
    Some(format!(
        "CREATE TABLE {SCHEMA}.seal_key AS
             SELECT key.* FROM rowhouse.seal_keys key WHERE false;
         WITH made AS MATERIALIZED (SELECT rowhouse.new_seal_key({setting}, {kind}, ARRAY[{}]::text[]) AS line)
             SELECT set_config('rowhouse_probe.key', '1t' || split_part(line, ' ', 2), false) FROM made;
         INSERT INTO {SCHEMA}.seal_key
             SELECT key.* FROM rowhouse.seal_keys key WHERE key.id = current_setting('rowhouse_probe.key');
         CREATE FUNCTION {SCHEMA}.seal() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $probe$
         DECLARE
             key {SCHEMA}.seal_key%ROWTYPE;
             tenant text := current_setting({setting}, true);
             claims text;
             header bytea;
         BEGIN
             SELECT * INTO STRICT key FROM {SCHEMA}.seal_key;
             SELECT coalesce(string_agg(octet_length(convert_to(said, 'UTF8')) || ':' || said || ',', '' ORDER BY at), '')
               INTO claims
               FROM (SELECT coalesce(current_setting(claim, true), '') AS said, at
                       FROM unnest(key.claims) WITH ORDINALITY AS listed (claim, at)) AS listed;
             header := key.mark || timestamptz_send(now() + interval '1 day')
                 || sha256(convert_to(claims, 'UTF8')) || '\\x00'::bytea;
             RETURN encode(sha256(key.outer_prefix || sha256(key.inner_prefix || header
                 || int4send(0) || convert_to(tenant, 'UTF8'))) || header, 'hex');
         END $probe$;",
        claims.join(", ")
    ))
}
