//! The request grammar, from outside: what it reads, how it refuses, and that no text breaks it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use rowhouse_api::request::{
    Bounds, Condition, Content, Form, Media, Order, Preferences, Read, RequestError, RowRange,
    Select, Write,
};

fn read(select: &str) -> String {
    Select::parse("select", select, 5).unwrap().to_string()
}

fn refused(select: &str) -> String {
    Select::parse("select", select, 5).unwrap_err().to_string()
}

#[test]
fn selects_print_as_they_are_read() {
    for text in [
        "*",
        "id,name",
        "*,items(*)",
        "a:b,c::text,d->e->>f,g->0->>-1,h:i->j::int4",
        "a:rel!fk!inner(*,deeper!left(id)),...other(x:y)",
        "count(),n:count(),total:amount::numeric.sum()::text",
        "with space,with-dash,$dollar,émile,123",
        "\"a,b\",\"quo\\\"te\",data->\"0\",data->>\"->\"",
        "rel!inner(),\"count\"()",
        "rel!\"inner\"!inner(id)",
    ] {
        assert_eq!(read(text), text);
    }
    assert_eq!(read(" a , b ( c , d ) ,e"), "a,b(c,d),e");
    assert_eq!(read("\"plain\""), "plain");
    // Blanks do not make a dash stand between two characters.
    assert!(refused("a:: -1").contains("expected a type"));
    assert_eq!(read("rel!inner!fk(id)"), "rel!fk!inner(id)");
}

#[test]
fn refusals_say_where_and_what() {
    for (text, message) in [
        (
            "id,",
            "select, character 4: found the end, expected \"...\", field name (* or [a..z0..9_$]), \"*\" or \"count()\"",
        ),
        (
            "items(id",
            "select, character 9: found the end, expected \",\" or \")\"",
        ),
        (
            "id,clients(name[])",
            "select, character 16: found '[', expected \",\" or \")\"",
        ),
        (
            "a b!",
            "select, character 5: found the end, expected field name (* or [a..z0..9_$])",
        ),
        (
            "é:",
            "select, character 3: found the end, expected field name (* or [a..z0..9_$])",
        ),
        ("a::", "select, character 4: found the end, expected a type"),
        (
            "a.median()",
            "select, character 3: found 'm', expected avg(), count(), max(), min() or sum()",
        ),
        (
            "*!hint",
            "select, character 2: found '!', expected letter, digit, \"-\", \"->>\", \"->\", \"::\", \".\", \")\", \",\" or end of input",
        ),
        (
            "\"a",
            "select, character 3: found the end, expected a closing double quote",
        ),
        (
            "a->",
            "select, character 4: found the end, expected \"-\", digit or any non reserved character different from: .,>()",
        ),
        (
            "rel!a!b(id)",
            "select, character 8: found '(', expected one hint and one of inner and left",
        ),
        (
            "x)",
            "select, character 2: found ')', expected letter, digit, \"-\", \"->>\", \"->\", \"::\", \".\", \")\", \",\" or end of input",
        ),
    ] {
        assert_eq!(refused(text), message);
    }
}

#[test]
fn orders() {
    let order = |text: &str| Order::parse("order", text);
    for text in [
        "a",
        "a.desc,b.asc.nullslast",
        "a.nullsfirst",
        "data->>x.desc",
        "rel(a->0).desc",
    ] {
        assert_eq!(order(text).unwrap().to_string(), text);
    }
    assert_eq!(
        order("a.up").unwrap_err().to_string(),
        "order, character 3: found 'u', expected \"asc\", \"desc\", \"nullsfirst\" or \"nullslast\""
    );
}

/// Text built from the grammar's own pieces, so that much of it is nearly right.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b c",
        "é",
        "-",
        "->",
        "->>",
        "0",
        "-1",
        "::",
        ":",
        ".",
        "...",
        "*",
        "(",
        ")",
        "()",
        "!",
        "inner",
        "left",
        ",",
        "\"",
        "\\",
        "count",
        "count()",
        "sum()",
        ".desc",
        ".nullsfirst",
        " ",
        "\t",
        "\0",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// The same for filters.
fn conditions() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b c",
        "->>",
        "0",
        ".",
        "not.",
        "and",
        "or",
        "(",
        ")",
        ",",
        "eq.",
        "in.",
        "is.",
        "null",
        "(any)",
        "fts",
        "(english)",
        "like",
        "{x,y}",
        "\"",
        "\\",
        "*",
        "x",
        "isdistinct.",
        " ",
        "\0",
        "(a.eq.1,b.is.null)",
        "a.not.in.(1,\"2\")",
        "not.or(a.cs.{1,2},c.gt.\"3\")",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A read with one parameter.
fn parsed(key: &str, value: &str) -> Result<Read, RequestError> {
    let escaped = value.bytes().fold(String::new(), |escaped, byte| {
        format!("{escaped}%{byte:02X}")
    });
    let bounds = Bounds {
        query_bytes: 1 << 20,
        depth: 5,
        filters: 50,
        filter_depth: 9,
    };
    Read::parse(&format!("{key}={escaped}"), bounds)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_prints_and_reads_again(text in prop_oneof![pieces(), any::<String>()]) {
        if let Ok(select) = Select::parse("select", &text, 5) {
            prop_assert_eq!(&Select::parse("select", &select.to_string(), 5).unwrap(), &select);
        }
        if let Ok(order) = Order::parse("order", &text) {
            prop_assert_eq!(&Order::parse("order", &order.to_string()).unwrap(), &order);
        }
    }

    #[test]
    fn filters_print_and_are_read_again(text in prop_oneof![conditions(), any::<String>()]) {
        for key in ["and", "a"] {
            let Ok(read) = parsed(key, &text) else { continue };
            let printed = read.windows[0].conditions[0].to_string();
            let again = parsed("and", &format!("({printed})")).unwrap();
            let Condition::Group(group) = &again.windows[0].conditions[0] else { panic!() };
            prop_assert_eq!(&group.conditions[0], &read.windows[0].conditions[0]);
        }
    }

    #[test]
    fn no_header_panics(value in any::<String>()) {
        let _ = Media::parse(|| [value.as_str()].into_iter());
        let _ = RowRange::parse(&value);
        let _ = Preferences::parse([value.as_str()].into_iter()).applied(true);
    }

    #[test]
    fn no_query_string_panics(query in prop_oneof!["[a-z%+&=.(),!0-9\"\\\\-]{0,60}", any::<String>()]) {
        let bounds = Bounds { query_bytes: 4096, depth: 5, filters: 9, filter_depth: 5 };
        let _ = Read::parse(&query, bounds);
        let _ = Write::parse(&query, bounds);
        let _ = Write::parse(&format!("columns={query}"), bounds);
        let _ = Write::parse(&format!("on_conflict={query}"), bounds);
    }

    /// What is taken for rows is an array of objects, as many as are counted.
    #[test]
    fn any_content_is_rows_or_refused(
        content in prop_oneof![
            "[\\[\\]{}\",:a-c\\\\0-9 \n]{0,40}",
            "\\[(\\{(\"[a-c]\":[0-9](,\"[a-c]\":null)?)?\\},?){0,4}\\]?",
            "[a-c,\"\n\r&=%+N1]{0,40}",
            any::<String>(),
        ],
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        for form in [Form::Json, Form::Csv, Form::UrlEncoded] {
            let _ = Content::parse(form, &bytes, None);
            let Ok(read) = Content::parse(form, content.as_bytes(), None) else { continue };
            let rows: Vec<serde_json::Map<String, serde_json::Value>> =
                serde_json::from_str(&read.rows).unwrap();
            prop_assert_eq!(rows.len(), read.count);
            let members: std::collections::BTreeSet<&String> =
                rows.iter().flat_map(|row| row.keys()).collect();
            prop_assert_eq!(members, read.members.iter().collect());
            let even = rows.iter().all(|row| {
                row.keys().all(|key| rows[0].contains_key(key)) && row.len() == rows[0].len()
            });
            prop_assert_eq!(even, read.uniform, "{}", read.rows);
        }
    }
}

#[test]
fn nesting_is_bounded_before_the_stack_is() {
    let deep = "a(".repeat(100_000);
    assert_eq!(refused(&deep), "relations are embedded more than 5 deep");
}
