//! Single values of the built-in types.

use proptest::prelude::*;

use crate::server::Server;

/// Dates and times of a day that every type here can hold, with the ends of the calendar.
fn day() -> BoxedStrategy<String> {
    let common = (1..=9999_u32, 1..=12_u32, 1..=28_u32, any::<bool>());
    let era = |before| if before { " BC" } else { "" };
    let common = common.prop_map(move |(y, m, d, before)| {
        let y = if before { y % 4000 + 1 } else { y };
        format!("{y:04}-{m:02}-{d:02}{}", era(before))
    });
    let edges = [
        "2000-02-29",
        "1999-12-31",
        "0001-01-01 BC",
        "0005-02-29 BC",
        "4713-01-01 BC",
    ];
    let far = (10_000..290_000_u32).prop_map(|y| format!("{y}-12-31"));
    prop_oneof![4 => common, 1 => proptest::sample::select(edges.to_vec()).prop_map(str::to_owned), 1 => far].boxed()
}

fn clock() -> impl Strategy<Value = String> {
    let fraction = prop_oneof![
        Just(String::new()),
        (1..1_000_000_u32).prop_map(|f| format!(".{f:06}")),
        (1..10_u32).prop_map(|f| format!(".{f}")),
    ];
    (0..24_u32, 0..60_u32, 0..60_u32, fraction)
        .prop_map(|(h, m, s, f)| format!("{h:02}:{m:02}:{s:02}{f}"))
}

fn moment() -> BoxedStrategy<String> {
    let finite = (day(), clock()).prop_map(|(day, clock)| match day.strip_suffix(" BC") {
        Some(day) => format!("{day} {clock} BC"),
        None => format!("{day} {clock}"),
    });
    prop_oneof![8 => finite, 1 => Just("infinity".to_owned()), 1 => Just("-infinity".to_owned())]
        .boxed()
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "-?[0-9]{1,30}(\\.[0-9]{0,30})?",
        1 => "-?0\\.0{0,20}[0-9]{1,9}",
        1 => "-?[1-9][0-9]{0,3}e-?[1-9][0-9]{1,2}",
        1 => "[1-9]0{0,40}(\\.0{1,9})?",
        1 => proptest::sample::select(vec!["NaN", "Infinity", "-Infinity"]).prop_map(str::to_owned),
    ]
}

fn words() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| text.replace('\0', "\u{1}"))
}

#[test]
fn whole_numbers_and_booleans() {
    let server = Server::start();
    server.check("bool", any::<bool>().prop_map(|v| v.to_string()));
    server.check("int2", any::<i16>().prop_map(|v| v.to_string()));
    server.check("int4", any::<i32>().prop_map(|v| v.to_string()));
    server.check("int8", any::<i64>().prop_map(|v| v.to_string()));
    server.check("oid", any::<u32>().prop_map(|v| v.to_string()));
}

#[test]
fn floats_have_the_servers_digits() {
    let server = Server::start();
    // Few digits times a power of ten or of two: where a decimal lies half way between floats.
    let short = (1..1000_u32, -30..34_i32).prop_map(|(d, e)| format!("{d}e{e}"));
    let powers = (0..60_i32).prop_map(|e| format!("{}", 2_f64.powi(e)));
    let any4 = proptest::num::f32::ANY.prop_map(|v| format!("{v:e}"));
    let any8 = proptest::num::f64::ANY.prop_map(|v| format!("{v:e}"));
    server.check("float4", prop_oneof![any4, short.clone(), powers.clone()]);
    server.check("float8", prop_oneof![any8, short, powers]);
}

#[test]
fn numerics_keep_every_digit() {
    let server = Server::start();
    server.check("numeric", number());
    server.check("numeric", "[1-9]e[1-9][0-9]{2,3}");
}

#[test]
fn texts_are_escaped_alike() {
    let server = Server::start();
    for ty in ["text", "varchar", "bpchar"] {
        server.check(ty, words());
    }
    server.check("char(12)", "[a-z é\\\\\"]{0,12}");
    server.check("name", "[a-z é\\\\\"]{0,30}");
    server.check("text", "[\\x01-\\x7f]{0,40}");
}

#[test]
fn documents_are_copied() {
    let server = Server::start();
    let document =
        r#"( ?\{ ?"[a-z é]*" ?: ?([1-9][0-9]{0,2}|null|"\\n"|\[1,  2\]) ?\} ?|[1-9]|true|"x")"#;
    server.check("json", document);
    server.check("jsonb", document);
}

#[test]
fn bytes_bits_and_identifiers() {
    let server = Server::start();
    server.check(
        "uuid",
        any::<u128>().prop_map(|v| uuid::Uuid::from_u128(v).to_string()),
    );
    server.check(
        "bytea",
        any::<Vec<u8>>().prop_map(|bytes| {
            bytes
                .iter()
                .fold("\\x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
        }),
    );
    server.check("varbit", "[01]{0,70}");
    server.check("bit(11)", "[01]{11}");
}

#[test]
fn dates_and_times() {
    let server = Server::start();
    let date = prop_oneof![
        8 => day(),
        1 => Just("infinity".to_owned()),
        1 => Just("-infinity".to_owned()),
        1 => Just("5874897-12-31".to_owned()),
    ];
    server.check("date", date);
    server.check("timestamp", moment());
    server.check("timestamptz", moment());
    let time = prop_oneof![9 => clock(), 1 => Just("24:00:00".to_owned())];
    server.check("time", time);
    let zone = (
        "[+-]",
        0..=15_u32,
        0..60_u32,
        proptest::sample::select(vec![0, 0, 59_u32]),
    );
    server.check(
        "timetz",
        (clock(), zone)
            .prop_map(|(clock, (sign, h, m, s))| format!("{clock}{sign}{h:02}:{m:02}:{s:02}")),
    );
}

#[test]
fn intervals() {
    let server = Server::start();
    let small = (
        -30..30_i32,
        -40..40_i32,
        -90_000_000_000..90_000_000_000_i64,
    );
    let wide = (any::<i32>(), any::<i32>(), any::<i64>());
    let text = |(months, days, micros): (i32, i32, i64)| {
        let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
        format!("{months} months {days} days {seconds} seconds {micros} microseconds")
    };
    let sparse = prop_oneof![
        Just((0, 0, 0)),
        Just((1, 0, 0)),
        Just((-1, 0, 0)),
        Just((0, -1, 1)),
        Just((12, 1, 0)),
        Just((-1, 1, 0)),
        Just((0, 0, -500_000)),
        Just((i32::MIN, i32::MIN + 1, i64::MIN)),
    ];
    server.check("interval", prop_oneof![small, wide, sparse].prop_map(text));
}

#[test]
fn network_addresses() {
    let server = Server::start();
    let four = any::<u32>()
        .prop_map(|v| std::net::Ipv4Addr::from(v).to_string())
        .boxed();
    let group = prop_oneof![3 => Just(0_u16), 1 => Just(1), 1 => Just(0xffff), 1 => any::<u16>()];
    let six = proptest::array::uniform8(group)
        .prop_map(|groups| groups.map(|group| format!("{group:x}")).join(":"));
    server.check("inet", prop_oneof![four.clone(), six.clone()]);
    server.check(
        "inet",
        (four.clone(), 0..=32_u32).prop_map(|(a, bits)| format!("{a}/{bits}")),
    );
    server.check(
        "inet",
        (six.clone(), 0..=128_u32).prop_map(|(a, bits)| format!("{a}/{bits}")),
    );
    server.check("cidr", prop_oneof![four, six]);
    server.check(
        "cidr",
        "(10\\.0\\.0\\.0/8|192\\.168\\.0\\.0/1[6-9]|2001:db8::/3[2-9]|::/0)",
    );
    server.check("macaddr", "[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    server.check("macaddr8", "[0-9a-f]{2}(:[0-9a-f]{2}){7}");
}

#[test]
fn geometry() {
    let server = Server::start();
    let float = prop_oneof![
        proptest::num::f64::NORMAL.prop_map(|v| format!("{v:e}")),
        (-100..100_i32).prop_map(|v| v.to_string()),
    ]
    .boxed();
    let point = (float.clone(), float.clone())
        .prop_map(|(x, y)| format!("({x},{y})"))
        .boxed();
    let two = (point.clone(), point.clone()).prop_map(|(a, b)| format!("{a},{b}"));
    let many = proptest::collection::vec(point.clone(), 1..6).prop_map(|points| points.join(","));
    server.check(
        "point",
        prop_oneof![9 => point.clone(), 1 => Just("(NaN,-Infinity)".to_owned())],
    );
    server.check("lseg", two.clone().prop_map(|points| format!("[{points}]")));
    server.check("box", two);
    server.check(
        "path",
        many.clone().prop_map(|points| format!("[{points}]")),
    );
    server.check(
        "path",
        many.clone().prop_map(|points| format!("({points})")),
    );
    server.check("polygon", many.prop_map(|points| format!("({points})")));
    server.check(
        "circle",
        (point, 0..1000_u32).prop_map(|(center, r)| format!("<{center},{r}>")),
    );
    server.check(
        "line",
        (float, 1..9_u32).prop_map(|(c, a)| format!("{{{a},-1,{c}}}")),
    );
}

#[test]
fn ranges() {
    let server = Server::start();
    let bounds = proptest::sample::select(vec!["[]", "[)", "(]", "()"]);
    let range = |least: String, most: String, bounds: &str| {
        let (open, close) = bounds.split_at(1);
        format!("{open}{least},{most}{close}")
    };
    let whole = (
        any::<i32>(),
        0..1000_i32,
        bounds.clone(),
        any::<(bool, bool)>(),
    );
    let whole = whole.prop_map(move |(low, width, bounds, (no_low, no_high))| {
        let high = low.saturating_add(width).min(i32::MAX - 1);
        let low = low.min(high).to_string();
        let low = if no_low { String::new() } else { low };
        range(
            low,
            if no_high {
                String::new()
            } else {
                high.to_string()
            },
            bounds,
        )
    });
    server.check("int4range", whole.clone());
    server.check("int8range", whole.clone());
    server.check("numrange", whole.clone());
    server.check(
        "int4multirange",
        whole.clone().prop_map(|range| format!("{{{range},[7,9)}}")),
    );
    server.check(
        "nummultirange",
        whole.prop_map(|range| format!("{{{range},[0.10,0.2)}}")),
    );
    let days = (day(), bounds.clone())
        .prop_map(move |(day, bounds)| range(day, "infinity".into(), bounds));
    server.check("daterange", days.clone());
    server.check(
        "datemultirange",
        days.prop_map(|range| format!("{{{range}}}")),
    );
    let moments = (moment(), bounds).prop_map(move |(moment, bounds)| {
        if moment == "infinity" {
            "empty".into()
        } else {
            range(format!("\"{moment}\""), String::new(), bounds)
        }
    });
    server.check("tsrange", moments.clone());
    server.check("tstzrange", moments.clone());
    server.check(
        "tstzmultirange",
        moments.prop_map(|range| format!("{{{range}}}")),
    );
}
