//! Arrays, composites, enums and domains, and what they hold.

use proptest::prelude::*;

use crate::server::Server;

/// An array literal with random dimensions, lower bounds and NULL elements.
fn array(element: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    let element = prop_oneof![
        1 => Just("NULL".to_owned()),
        5 => element.prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
    ];
    let elements = proptest::collection::vec(element, 24);
    let shape =
        proptest::sample::select(vec![vec![0], vec![1], vec![5], vec![2, 3], vec![2, 3, 4]]);
    (elements, shape, proptest::option::of(-3..9_i32)).prop_map(|(elements, shape, lower)| {
        let literal = dimension(&mut elements.iter(), &shape);
        match lower {
            Some(lower) if shape != [0] => {
                let bounds = shape
                    .iter()
                    .map(|len| format!("[{lower}:{}]", lower + len - 1));
                format!("{}={literal}", bounds.collect::<String>())
            }
            _ => literal,
        }
    })
}

fn dimension<'a>(elements: &mut impl Iterator<Item = &'a String>, shape: &[i32]) -> String {
    let Some((&len, inner)) = shape.split_first() else {
        return elements.next().unwrap().clone();
    };
    let items: Vec<String> = (0..len).map(|_| dimension(elements, inner)).collect();
    format!("{{{}}}", items.join(","))
}

fn number() -> impl Strategy<Value = String> {
    any::<i16>().prop_map(|v| v.to_string())
}

fn words() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| text.replace('\0', "\u{1}"))
}

#[test]
fn arrays_of_any_shape() {
    let server = Server::start();
    server.check("int4[]", array(number()));
    server.check("numeric[]", array(number()));
    server.check("text[]", array(words()));
    server.check("jsonb[]", array(Just(r#"{"a": ["\\"]}"#.to_owned())));
    server.check(
        "timestamptz[]",
        array(Just("2020-01-01 10:00 BC".to_owned())),
    );
    server.check("int4range[]", array(Just("[1,5)".to_owned())));
    server.check("int2vector", "([0-9] ){1,5}");
    server.check("oidvector", "([0-9] ){1,5}");
}

#[test]
fn enums_and_domains() {
    let server = Server::start();
    server.run(
        "CREATE TYPE mood AS ENUM ('fine', 'so \"so\"', 'schlecht\\é');
         CREATE DOMAIN small AS int2 CHECK (value < 32000);
         CREATE DOMAIN smaller AS small;
         CREATE DOMAIN moods AS mood[];
         CREATE DOMAIN spans AS tstzrange;",
    );
    let mood =
        proptest::sample::select(vec!["fine", "so \"so\"", "schlecht\\é"]).prop_map(str::to_owned);
    server.check("mood", mood.clone());
    server.check("mood[]", array(mood.clone()));
    server.check("moods", array(mood));
    server.check("smaller", (-99..99).prop_map(|v: i32| v.to_string()));
    server.check(
        "smaller[]",
        array((-99..99).prop_map(|v: i32| v.to_string())),
    );
    server.check("spans", Just("[2020-01-01 10:00,)".to_owned()));
    server.run(
        "CREATE FUNCTION as_json(mood) RETURNS json LANGUAGE sql AS 'SELECT ''{}''::json';
                CREATE CAST (mood AS json) WITH FUNCTION as_json(mood)",
    );
    for ty in ["mood", "mood[]", "moods"] {
        assert!(server.decoder(ty).is_none(), "{ty} has a cast to json now");
    }
}

#[test]
fn composites_within_composites() {
    let server = Server::start();
    server.run(
        r#"CREATE TYPE inner_pair AS ("a ""b" text, gone int, c float8[]);
           ALTER TYPE inner_pair DROP ATTRIBUTE gone;
           CREATE DOMAIN some_pair AS inner_pair;
           CREATE TYPE outer_pair AS (n numeric, "p é" inner_pair, many some_pair[], at date);
           CREATE TABLE a_table (id int, dropped int, pair outer_pair);
           ALTER TABLE a_table DROP COLUMN dropped;"#,
    );
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""));
    let inner = words()
        .prop_map(move |text| format!("({},\"{{1.5,NULL}}\")", quote(&text)))
        .boxed();
    server.check("inner_pair", inner.clone());
    server.check("inner_pair[]", array(inner.clone()));
    let outer = (number(), inner, array(Just("(x,{})".to_owned())))
        .prop_map(move |(n, pair, many)| format!("({n},{},{},)", quote(&pair), quote(&many)))
        .boxed();
    server.check("outer_pair", outer.clone());
    server.check(
        "a_table",
        outer.prop_map(move |pair| format!("(,{})", quote(&pair))),
    );
}
