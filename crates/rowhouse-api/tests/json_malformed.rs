//! Bytes that are not a value of their type are an error or some text, never a panic, and never
//! more memory than a legal value of that size could ask for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use postgres_types::{Field, Kind, Type};
use proptest::prelude::*;
use rowhouse_api::json::{Decoder, ServerFormat, write_value};

fn decoders() -> Vec<Decoder> {
    let pair = vec![
        Field::new("a".into(), Type::INT4),
        Field::new("b".into(), Type::TEXT_ARRAY),
    ];
    let pair = Type::new(
        "pair".into(),
        20_000,
        Kind::Composite(pair),
        "public".into(),
    );
    let types = [
        Type::BOOL,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::OID,
        Type::FLOAT4,
        Type::FLOAT8,
        Type::NUMERIC,
        Type::TEXT,
        Type::JSON,
        Type::JSONB,
        Type::UUID,
        Type::BYTEA,
        Type::DATE,
        Type::TIME,
        Type::TIMETZ,
        Type::TIMESTAMP,
        Type::TIMESTAMPTZ,
        Type::INTERVAL,
        Type::BIT,
        Type::INET,
        Type::MACADDR,
        Type::MACADDR8,
        Type::POINT,
        Type::LINE,
        Type::LSEG,
        Type::BOX,
        Type::PATH,
        Type::POLYGON,
        Type::CIRCLE,
        Type::INT4_RANGE,
        Type::NUM_RANGE,
        Type::TS_RANGE,
        Type::DATEMULTI_RANGE,
        Type::INT4_ARRAY,
        Type::NUMERIC_ARRAY,
        Type::NUM_RANGE_ARRAY,
        pair,
    ];
    let format = ServerFormat {
        utc: true,
        ..ServerFormat::default()
    };
    types
        .iter()
        .map(|ty| Decoder::of(ty, &format).unwrap())
        .collect()
}

/// Garbage, and headers that nearly make sense: small counts, known type numbers, huge lengths.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        (0..8_u32).prop_map(u32::to_be_bytes),
        prop::sample::select(vec![
            23_u32,
            25,
            1009,
            1700,
            3906,
            u32::MAX,
            i32::MAX as u32
        ])
        .prop_map(u32::to_be_bytes),
        any::<[u8; 4]>(),
    ];
    let words = prop::collection::vec(word, 0..12).prop_map(|words| words.concat());
    prop_oneof![words, prop::collection::vec(any::<u8>(), 0..40)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(raw in bytes(), decoders in proptest::strategy::LazyJust::new(decoders)) {
        for decoder in &decoders {
            let mut out = Vec::new();
            if write_value(&mut out, decoder, Some(&raw)).is_ok() {
                prop_assert!(std::str::from_utf8(&out).is_ok());
            }
            // A numeric header may ask for 131,072 digits before the point and 16,383 after it.
            prop_assert!(out.len() < 160_000 * (1 + raw.len() / 8));
        }
    }
}
