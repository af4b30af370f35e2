//! Values there and back: as parameters, as columns, in arrays and inside other types.

use std::collections::HashMap;
use std::fmt::Debug;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use postgres_types::{FromSql, Kind, ToSql, Type};
use rowhouse::{Rowhouse, Tenant};
use rowhouse_local::testing::Database;
use uuid::Uuid;

use crate::any_value::{Label, Raw};
use crate::common::{SCHEMA, acme, house_at};

const TYPES: &str = "
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s \"fine\"');
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE DOMAIN email AS text;
CREATE TYPE pair AS (number positive, feeling mood);
CREATE TYPE nest AS (name text, pairs pair[]);
CREATE TYPE floats AS RANGE (subtype = float8);
CREATE TABLE every_type (m mood, p positive, e email, c pair, n nest, ms mood[], cs pair[], r int4range, f floats, mr int4multirange);
GRANT ALL ON every_type TO rowhouse_app;
";

async fn tenant() -> (Database, Rowhouse, Tenant) {
    let database = Database::create(&format!("{SCHEMA}{TYPES}")).await;
    let house = house_at(&database.app_url(), 2).await;
    let acme = acme(&house);
    (database, house, acme)
}

/// `values` and NULL through `$1::kind`, alone and as an array.
async fn round_trip<T>(acme: &Tenant, kind: &str, values: Vec<T>)
where
    T: ToSql + for<'a> FromSql<'a> + Sync + PartialEq + Debug + Clone,
{
    let sql = format!("SELECT $1::{kind}, ($1::{kind})::text, $2::{kind}[]");
    let all: Vec<Option<T>> = values.iter().cloned().map(Some).chain([None]).collect();
    for value in &all {
        let row = acme
            .query_one(&sql, &[value, &all])
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(row.get::<Option<T>>(0), *value, "{kind}");
        assert_eq!(
            row.get::<Option<String>>(1).is_some(),
            value.is_some(),
            "{kind}"
        );
        assert_eq!(row.get::<Vec<Option<T>>>(2), all, "{kind}[]");
        assert_eq!(
            row.try_get::<T>(0).is_ok(),
            value.is_some(),
            "{kind}: NULL into a plain type"
        );
    }
}

#[tokio::test]
async fn built_in_types() {
    let (_database, _house, acme) = tenant().await;
    round_trip(&acme, "int2", vec![0, i16::MIN, i16::MAX]).await;
    round_trip(&acme, "int4", vec![0, i32::MIN, i32::MAX]).await;
    round_trip(&acme, "int8", vec![0, i64::MIN, i64::MAX]).await;
    round_trip(&acme, "oid", vec![0, u32::MAX]).await;
    round_trip(
        &acme,
        "float4",
        vec![0.0, -1.5, f32::MIN_POSITIVE, f32::MAX, f32::INFINITY],
    )
    .await;
    round_trip(
        &acme,
        "float8",
        vec![0.1, -1.5, f64::MIN_POSITIVE, f64::MAX, f64::NEG_INFINITY],
    )
    .await;
    round_trip(&acme, "bool", vec![true, false]).await;
    let texts = [
        "",
        "plain",
        "naïve ☃ \u{1f600}",
        "it's \"quoted\" \\ $1",
        " \t\n",
    ]
    .map(str::to_owned);
    round_trip(&acme, "text", texts.to_vec()).await;
    round_trip(&acme, "varchar", texts.to_vec()).await;
    round_trip(
        &acme,
        "uuid",
        vec![Uuid::nil(), Uuid::max(), Uuid::new_v4()],
    )
    .await;
    round_trip(
        &acme,
        "bytea",
        vec![vec![], vec![0_u8, 255, 92, 39], vec![7; 70_000]],
    )
    .await;
    let json = serde_json::json!({"a": [1, 2.5, null, true], "b": {"c": "☃\u{0001}"}});
    round_trip(&acme, "json", vec![json.clone(), serde_json::Value::Null]).await;
    round_trip(&acme, "jsonb", vec![json, serde_json::json!(12345)]).await;
    round_trip(
        &acme,
        "date",
        vec![
            NaiveDate::from_ymd_opt(1, 1, 1).unwrap(),
            NaiveDate::from_ymd_opt(9999, 12, 31).unwrap(),
        ],
    )
    .await;
    round_trip(
        &acme,
        "time",
        vec![NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap()],
    )
    .await;
    let moment = DateTime::<Utc>::from_timestamp_micros(1_234_567_890_123_456).unwrap();
    round_trip::<NaiveDateTime>(&acme, "timestamp", vec![moment.naive_utc()]).await;
    round_trip(
        &acme,
        "timestamptz",
        vec![moment, DateTime::<Utc>::from_timestamp_micros(-1).unwrap()],
    )
    .await;
    round_trip(
        &acme,
        "hstore_like".replace("hstore_like", "\"char\"").as_str(),
        vec![65_i8],
    )
    .await;
    let inet: std::net::IpAddr = "2001:db8::1".parse().unwrap();
    round_trip(&acme, "inet", vec![inet, "10.0.0.1".parse().unwrap()]).await;
}

#[tokio::test]
async fn numerics_and_intervals_go_as_text() {
    let (_database, _house, acme) = tenant().await;
    for (kind, value) in [
        ("numeric", "12345678901234567890.0123456789"),
        ("numeric", "NaN"),
        ("numeric", "-0.001"),
        ("numeric(10,2)", "3.14"),
        ("interval", "1 year 2 mons 3 days 04:05:06.789"),
        ("money", "$1.00"),
        ("int4range", "[1,10)"),
        ("tstzrange", "empty"),
        ("int4multirange", "{[1,3),[5,8)}"),
        ("point", "(1,2)"),
        ("bit(3)", "101"),
        ("cidr", "10.0.0.0/8"),
        ("macaddr", "08:00:2b:01:02:03"),
        ("xid8", "42"),
        ("tsvector", "'a':1 'b':2"),
    ] {
        let sql = format!("SELECT ($1::text::{kind})::text, $1::text::{kind}");
        let row = acme
            .query_one(&sql, &[&value])
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(row.get::<&str>(0), value, "{kind}");
        assert!(row.raw(1).is_some_and(|raw| !raw.is_empty()), "{kind}");
    }
}

#[tokio::test]
async fn maps_and_missing_values() {
    let (database, _house, acme) = tenant().await;
    database
        .admin()
        .await
        .batch_execute("CREATE EXTENSION IF NOT EXISTS hstore")
        .await
        .unwrap();
    let map = HashMap::from([
        ("a".to_owned(), Some("1".to_owned())),
        ("b".to_owned(), None),
    ]);
    let row = acme
        .query_one("SELECT $1::hstore, $1 -> 'a'", &[&map])
        .await
        .unwrap();
    assert_eq!(row.get::<HashMap<String, Option<String>>>(0), map);
    assert_eq!(row.get::<&str>(1), "1");
    let row = acme
        .query_one(
            "SELECT NULL, NULL::int, ''::text, ARRAY[]::int[], ARRAY[[1,2],[3,4]]",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        (
            row.get::<Option<&str>>(0),
            row.get::<Option<i32>>(1),
            row.get::<&str>(2)
        ),
        (None, None, "")
    );
    assert!(row.get::<Vec<i32>>(3).is_empty());
    assert_eq!(
        (row.raw(1), row.raw(2), row.raw(99)),
        (None, Some(&b""[..]), None)
    );
}

#[tokio::test]
async fn enums_domains_and_their_arrays() {
    let (_database, _house, acme) = tenant().await;
    let labels = ["sad", "ok", "it's \"fine\""].map(|label| Label(label.to_owned()));
    round_trip(&acme, "mood", labels.to_vec()).await;
    let error = acme
        .query("SELECT $1::mood", &[&Label("none".into())])
        .await
        .unwrap_err();
    assert!(error.to_string().contains("sad"), "{error}");
    let sql = "INSERT INTO every_type (m, p, e, ms) VALUES ($1, $2, $3, $4) RETURNING m, p, e, ms";
    let row = acme
        .query_one(sql, &[&labels[1], &5, &"a@b", &labels.to_vec()])
        .await
        .unwrap();
    assert_eq!(row.get::<Label>(0), labels[1]);
    assert_eq!((row.get::<i32>(1), row.get::<&str>(2)), (5, "a@b"));
    assert_eq!(row.get::<Vec<Label>>(3), labels);
    // A cast to a domain takes the domain's own type, unlike a column.
    let row = acme
        .query_one("SELECT $1::positive, pg_typeof($1)::text", &[&7])
        .await
        .unwrap();
    assert_eq!(row.get::<i32>(0), 7);
    let error = acme
        .execute("INSERT INTO every_type (p) VALUES ($1)", &[&-1])
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("23514"));
}

/// `ALTER TYPE` leaves the OID as it is: only a value that does not fit tells of it.
#[tokio::test]
async fn types_that_grew_are_looked_up_again() {
    let (database, _house, acme) = tenant().await;
    let owner = database.admin().await;
    let (first, second) = (Label("first".into()), Label("second".into()));
    let sql = "SELECT $1::mood, $2::mood[]";
    let none: [Label; 0] = [];
    acme.query(sql, &[&first, &&none[..]]).await.unwrap_err();
    owner
        .batch_execute("ALTER TYPE mood ADD VALUE 'first'")
        .await
        .unwrap();
    let row = acme.query_one(sql, &[&first, &&[first.clone()][..]]).await;
    assert_eq!(row.unwrap().get::<Label>(0), first);
    owner
        .batch_execute("ALTER TYPE mood ADD VALUE 'second'")
        .await
        .unwrap();
    let mut tx = acme.begin().await.unwrap();
    let row = tx.query_one(sql, &[&second, &&[second.clone()][..]]).await;
    assert_eq!(row.unwrap().get::<Vec<Label>>(1), [second]);
    tx.commit().await.unwrap();

    acme.execute(
        "INSERT INTO every_type (c) VALUES (NULL), (ROW(3, 'ok'))",
        &[],
    )
    .await
    .unwrap();
    let fields = |row: &rowhouse::Row| match row.columns()[0].type_().kind() {
        Kind::Composite(fields) => fields.len(),
        other => panic!("{other:?}"),
    };
    let sql = "SELECT c FROM every_type ORDER BY c NULLS FIRST";
    assert_eq!(fields(&acme.query(sql, &[]).await.unwrap()[1]), 2);
    owner
        .batch_execute("ALTER TYPE pair ADD ATTRIBUTE note text")
        .await
        .unwrap();
    for _ in 0..3 {
        assert_eq!(fields(&acme.query(sql, &[]).await.unwrap()[1]), 3);
    }
    owner
        .batch_execute("ALTER TYPE pair DROP ATTRIBUTE note")
        .await
        .unwrap();
    let mut stream = acme.stream(sql, &[]).await.unwrap();
    assert_eq!(fields(&stream.next().await.unwrap().unwrap()), 2);
}

#[tokio::test]
async fn composites_ranges_and_what_is_in_them() {
    let (_database, _house, acme) = tenant().await;
    let literals = [
        ("c", "pair", "ROW(3, 'ok')"),
        (
            "n",
            "nest",
            "ROW('x', ARRAY[ROW(1, 'sad')::pair, NULL, ROW(NULL, 'ok')::pair])",
        ),
        ("cs", "pair[]", "ARRAY[ROW(1, 'sad')::pair, NULL]"),
        ("ms", "mood[]", "ARRAY['sad', NULL, 'ok']::mood[]"),
        ("r", "int4range", "'[1,5)'"),
        ("f", "floats", "'(1.5,2.5]'"),
        ("mr", "int4multirange", "'{[1,2),[4,6)}'"),
    ];
    for (column, kind, literal) in literals {
        let row = acme
            .query_one(
                &format!("SELECT ({literal})::{kind}, (({literal})::{kind})::text"),
                &[],
            )
            .await
            .unwrap();
        let (raw, text): (Raw, String) = (row.get(0), row.get(1));
        // The binary form goes back in as a parameter, and comes out of the table the same.
        let sql = format!(
            "INSERT INTO every_type ({column}) VALUES ($1) RETURNING {column}, {column}::text"
        );
        for _ in 0..2 {
            let back = acme
                .query_one(&sql, &[&raw])
                .await
                .unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert_eq!(
                (back.get::<Raw>(0), back.get::<String>(1)),
                (raw.clone(), text.clone()),
                "{kind}"
            );
        }
    }
    let row = acme
        .query_one("SELECT n, f, mr FROM every_type LIMIT 1", &[])
        .await
        .unwrap();
    let Kind::Composite(fields) = row.columns()[0].type_().kind() else {
        panic!("nest is a composite")
    };
    assert_eq!(
        fields
            .iter()
            .map(postgres_types::Field::name)
            .collect::<Vec<_>>(),
        ["name", "pairs"]
    );
    let Kind::Array(pair) = fields[1].type_().kind() else {
        panic!("pairs is an array")
    };
    let Kind::Composite(fields) = pair.kind() else {
        panic!("pair is a composite")
    };
    assert!(matches!(fields[0].type_().kind(), Kind::Domain(base) if *base == Type::INT4));
    assert!(matches!(fields[1].type_().kind(), Kind::Enum(labels) if labels.len() == 3));
    assert!(
        matches!(row.columns()[1].type_().kind(), Kind::Range(Type::FLOAT8)) || {
            let Kind::Range(subtype) = row.columns()[1].type_().kind() else {
                panic!("floats is a range")
            };
            *subtype == Type::FLOAT8
        }
    );
    assert!(
        matches!(row.columns()[2].type_().kind(), Kind::Multirange(subtype) if *subtype == Type::INT4_RANGE || *subtype == Type::INT4)
    );
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error_that_names_the_column() {
    let (_database, _house, acme) = tenant().await;
    let row = acme
        .query_one("SELECT 1::int8 AS number, 'x' AS text", &[])
        .await
        .unwrap();
    let error = row.try_get::<i32>("number").unwrap_err().to_string();
    assert!(
        error.contains("number") && error.contains("int8"),
        "{error}"
    );
    let error = row.try_get::<i64>("missing").unwrap_err().to_string();
    assert!(
        error.contains("missing") && error.contains("number, text"),
        "{error}"
    );
    assert!(
        !format!("{row:?}").contains('x') || !format!("{row:?}").contains("\"x\""),
        "values in debug output"
    );
}
