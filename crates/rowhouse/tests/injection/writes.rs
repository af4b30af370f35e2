//! Payloads that change the other tenant's rows, or leave rows among them.

use crate::endpoint::Endpoint::{Add, Remove, Rename};
use crate::payloads::{Payload, SET};

pub(crate) fn all() -> Vec<Payload> {
    let set = SET;
    let b = "'00000000-0000-0000-0000-00000000000b'";
    let then = format!("(SELECT {set}) IS NOT NULL");
    [
        (Rename, format!("x' WHERE {then} -- ")),
        (Rename, format!("x', n = 99 WHERE {then} -- ")),
        (Rename, format!("x' WHERE n > 0 AND {then} RETURNING n::text, title -- ")),
        (Rename, format!("x' || title WHERE {then} -- ")),
        (Rename, format!("x' FROM (SELECT {set} OFFSET 0) AS s WHERE true -- ")),
        (Rename, format!("x' FROM (VALUES ({set})) AS s WHERE true -- ")),
        (Rename, format!("x' WHERE id IN (SELECT id FROM items WHERE {then}) AND {then} -- ")),
        (Rename, format!("x' WHERE (SELECT {set}) = {b} RETURNING n::text, 'done' -- ")),
        (Rename, format!("x', tenant_id = {b} WHERE {then} -- ")),
        (Rename, format!("x' WHERE n = 7 AND {then} -- ")),
        (Rename, format!("x' WHERE title LIKE 'beta%' AND {then} -- ")),
        (Rename, format!("x' WHERE {then} AND EXISTS (SELECT FROM items) -- ")),
        (Rename, format!("' || (SELECT {set}) || '' WHERE (SELECT {set}) IS NOT NULL -- ")),
        (Rename, format!("x' WHERE length(query_to_xml('SELECT {}', true, false, '')::text) > 0 AND {then} -- ", set.replace('\'', "''"))),
        (Add, format!("' || (SELECT left({set}, 0))), (51, 'planted') -- ")),
        (Add, format!("' || (WITH s AS MATERIALIZED (SELECT {set} AS v) SELECT v FROM s)), (51, 'planted') -- ")),
        (Add, format!("' || CASE WHEN {then} THEN 'planted' END), (51, 'planted') -- ")),
        (Add, format!("' || (SELECT max(title) FROM items WHERE {then})), (51, 'planted') -- ")),
        (Add, format!("' || COALESCE((SELECT {set}), '')), (51, 'planted') RETURNING n::text, title -- ")),
        (Add, format!("' || (SELECT {set})), (51, 'planted') ON CONFLICT DO NOTHING -- ")),
        (Add, format!("' || (SELECT left({set}, 0))), (51, (SELECT max(title) FROM items)) -- ")),
        (Remove, format!("' OR {then} -- ")),
        (Remove, format!("' IS NOT NULL AND {then} AND title <> '")),
        (Remove, format!("x' IS NOT NULL AND n IN (SELECT n FROM items WHERE {then}) AND {then} -- ")),
        (Remove, format!("x' IS NOT NULL AND (SELECT {set}) = {b} RETURNING n::text, 'gone' -- ")),
        (Remove, format!("x' IS NOT NULL AND n = 7 AND {then} -- ")),
        (Remove, format!("x' IS NOT NULL AND CASE WHEN {then} THEN true ELSE false END -- ")),
        (Remove, format!("x' IS NOT NULL AND COALESCE((SELECT {set}), '') <> '' -- ")),
    ]
    .into_iter()
    .map(|(endpoint, text)| Payload { endpoint, text })
    .collect()
}
