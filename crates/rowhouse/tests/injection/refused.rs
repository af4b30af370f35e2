//! Payloads that want a statement of their own, or leave something for the next: refused before anything runs.

use crate::endpoint::Endpoint::{Add, Echo, First, Number, Remove, Search};
use crate::payloads::{Payload, SET};

pub(crate) fn all() -> Vec<Payload> {
    let set = SET;
    [
        (
            Search,
            format!("'; SELECT {set}; SELECT n::text, title FROM items; -- "),
        ),
        (
            Search,
            "'; SET app.current_tenant_id = '00000000-0000-0000-0000-00000000000b'; -- ".to_owned(),
        ),
        (
            Search,
            "'; SET LOCAL app.current_tenant_id TO '00000000-0000-0000-0000-00000000000b'; -- "
                .to_owned(),
        ),
        (Search, "'; RESET ALL; -- ".to_owned()),
        (Search, "'; DISCARD ALL; -- ".to_owned()),
        (Search, "'; BEGIN; -- ".to_owned()),
        (Search, "'; COMMIT; SELECT title FROM items; -- ".to_owned()),
        (Search, "'; ROLLBACK; -- ".to_owned()),
        (
            Search,
            "'; PREPARE p AS SELECT title FROM items; -- ".to_owned(),
        ),
        (Search, "'; EXECUTE p; -- ".to_owned()),
        (Search, "'; DEALLOCATE ALL; -- ".to_owned()),
        (
            Search,
            "'; DECLARE c CURSOR WITH HOLD FOR SELECT title FROM items; -- ".to_owned(),
        ),
        (Search, "'; FETCH ALL FROM c; -- ".to_owned()),
        (
            Search,
            "'; CREATE TEMP TABLE items (n int, title text); -- ".to_owned(),
        ),
        (Search, "'; DROP TABLE items; -- ".to_owned()),
        (Search, "'; COPY items TO PROGRAM 'cat'; -- ".to_owned()),
        (Search, "'; LISTEN x; -- ".to_owned()),
        (Search, format!("'; DO $$ BEGIN PERFORM {set}; END $$; -- ")),
        (Search, "'; CALL p(); -- ".to_owned()),
        (Search, "'; SET ROLE rowhouse_owner; -- ".to_owned()),
        (
            Search,
            "'; SET SESSION AUTHORIZATION rowhouse_owner; -- ".to_owned(),
        ),
        (
            Search,
            "'; ALTER TABLE items DISABLE ROW LEVEL SECURITY; -- ".to_owned(),
        ),
        (Number, format!("1; SELECT {set}")),
        (Number, "1; DELETE FROM items".to_owned()),
        (Echo, "' INTO TEMP stolen FROM items; -- ".to_owned()),
        (Echo, "', title INTO stolen FROM items -- ".to_owned()),
        (Add, format!("x'); SELECT {set}; -- ")),
        (Remove, "x'; UPDATE items SET title = 'x'; -- ".to_owned()),
        (First, "'; COMMIT; -- ".to_owned()),
        (First, format!("'; SELECT {set}; -- ")),
    ]
    .into_iter()
    .map(|(endpoint, text)| Payload { endpoint, text })
    .collect()
}
