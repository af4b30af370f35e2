//! The JSON of every value equals what `to_json(value)` gives on the server, byte for byte.
//!
//! Random values of each type are made as text, cast on the server, fetched in binary, written by
//! a decoder and compared. Types without a decoder must say so.

#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod scalars;
mod server;
mod structures;

use server::Server;

#[test]
fn types_the_server_has_to_print() {
    let server = Server::start();
    for ty in [
        "money", "\"char\"", "xml", "tsvector", "tsquery", "regclass", "pg_lsn", "tid",
    ] {
        assert!(server.decoder(ty).is_none(), "{ty}");
        assert!(server.decoder(&format!("{ty}[]")).is_none(), "{ty}[]");
    }
    for ty in ["hstore", "citext", "ltree"] {
        server.run(&format!("CREATE EXTENSION {ty}"));
        assert!(server.decoder(ty).is_none(), "{ty}");
    }
    server.run("CREATE TYPE around_hstore AS (a int, b hstore[])");
    assert!(server.decoder("around_hstore").is_none());
    server.run("CREATE TYPE words AS RANGE (subtype = text)");
    assert!(server.decoder("words").is_none());
}

#[test]
fn only_utc_sessions_decode_timestamptz() {
    let server = Server::start();
    let elsewhere = rowhouse_api::json::ServerFormat::default();
    for ty in [
        "timestamptz",
        "tstzrange",
        "tstzmultirange",
        "timestamptz[]",
    ] {
        assert!(server.decoder(ty).is_some(), "{ty}");
        let ty = server.type_of(ty);
        assert!(
            rowhouse_api::json::Decoder::of(&ty, &elsewhere).is_none(),
            "{ty}"
        );
    }
}
