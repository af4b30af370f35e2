//! Rows to JSON, straight from the binary values on the wire.
//!
//! A [`Decoder`] is prepared once per column from the column's type; [`write_value`] then turns
//! each value into the JSON that `to_json(value)` gives on the server, byte for byte and without
//! an allocation of its own. Types whose text depends on the server (money, xml, extension types,
//! casts to json somebody defined) have no decoder: the plan wraps such a column in `to_json(…)`
//! and copies the answer ([`Decoder::verbatim`]).
//!
//! One file per family of types; `decoder` chooses among them, `row` strings values into objects.

mod array;
mod bits;
mod composite;
mod csv;
mod date_time;
mod decoder;
mod float;
mod geometry;
mod hex;
mod interval;
mod network;
mod numeric;
mod range;
mod row;
mod strip;
mod text;
mod wire;

pub use csv::{write_csv_head, write_csv_row};
pub use decoder::{Decoder, ServerFormat, write_value};
pub(crate) use row::fits;
pub use row::{Column, write_row};
pub use strip::write_without_nulls;
pub use text::write_string;
pub use wire::Malformed;
