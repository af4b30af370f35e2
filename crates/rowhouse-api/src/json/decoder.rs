//! Which way a type is turned into JSON.

use std::collections::HashSet;

use postgres_types::{Kind, Type};

use super::array::Elements;
use super::composite::{Field, write_composite};
use super::date_time::{Style, write_date, write_time, write_timestamp, write_timetz};
use super::geometry::Geometry;
use super::range::{Bound, write_multirange, write_range};
use super::row::json_key;
use super::wire::{Malformed, Wire, malformed};
use super::{bits, float, hex, interval, network, numeric, text};

/// Types made in a database have larger numbers; only for those does `to_json` look for a cast.
const FIRST_NORMAL_OID: u32 = 16_384;

/// Types nested deeper than this are left to the server.
const MAX_DEPTH: usize = 32;

/// What of the server decides how values print.
///
/// What is unusual here is left to the server, so that a value reads the same wherever it stands:
/// in a row, or in an embedded array that the server has made. The default is a server with its
/// own defaults whose time zone is not UTC.
#[derive(Debug, Clone, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a setting of the server's, told by name"
)]
pub struct ServerFormat {
    /// The session's `TimeZone` is UTC; otherwise the server prints `timestamptz`.
    pub utc: bool,
    /// `IntervalStyle` is not `postgres`: the server prints intervals.
    pub server_intervals: bool,
    /// `bytea_output` is not `hex`: the server prints `bytea`.
    pub server_bytea: bool,
    /// `extra_float_digits` is below 1: the server prints rounded floats.
    pub server_floats: bool,
    /// Types with a cast to `json` made by a function: `to_json` uses it (hstore has one).
    pub json_casts: HashSet<u32>,
}

/// How the binary values of one column become JSON; prepared once, used for every row.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoder(Shape);

impl Decoder {
    /// The decoder for `ty`, or nothing when only the server knows how the type prints; then the
    /// column is to be wrapped in `to_json(…)` and read with [`Decoder::verbatim`].
    pub fn of(ty: &Type, format: &ServerFormat) -> Option<Self> {
        Shape::of(ty, format, MAX_DEPTH).map(Self)
    }

    /// The decoder for a column that is JSON text already.
    pub fn verbatim() -> Self {
        Self(Shape::Json)
    }

    /// The decoder for `jsonb`.
    pub(crate) fn jsonb() -> Self {
        Self(Shape::Jsonb)
    }

    /// The decoder for text.
    pub(crate) fn text() -> Self {
        Self(Shape::Text)
    }

    /// Whether the values are truth values.
    pub(crate) fn is_bool(&self) -> bool {
        self.0 == Shape::Bool
    }
}

/// Appends the JSON of one value to `out`; no value is `null`.
///
/// # Errors
/// [`Malformed`] when `raw` is not a value of the decoder's type; `out` then ends in a part of it.
pub fn write_value(
    out: &mut Vec<u8>,
    decoder: &Decoder,
    raw: Option<&[u8]>,
) -> Result<(), Malformed> {
    write_value_of(out, &decoder.0, raw)
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Numeric,
    Text,
    Json,
    Jsonb,
    Uuid,
    Bytea,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampTz,
    Interval,
    Bits,
    Inet,
    Mac(usize),
    Geometry(Geometry),
    Range(Bound),
    Multirange(Bound),
    Array(Box<Elements>),
    Composite(Box<[Field]>),
}

impl Shape {
    fn of(ty: &Type, format: &ServerFormat, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        match ty.kind() {
            Kind::Simple => Self::simple(ty, format),
            // `to_json` looks through a domain before it looks for casts.
            Kind::Domain(base) => Self::of(base, format, depth),
            Kind::Array(element) => {
                let shape = Self::of(element, format, depth)?;
                Some(Self::Array(Box::new(Elements {
                    oid: element.oid(),
                    shape,
                })))
            }
            Kind::Composite(fields) => fields
                .iter()
                .map(|field| {
                    let shape = Self::of(field.type_(), format, depth)?;
                    Some(Field {
                        key: json_key(field.name()),
                        oid: field.type_().oid(),
                        shape,
                    })
                })
                .collect::<Option<_>>()
                .map(Self::Composite),
            _ if ty.oid() >= FIRST_NORMAL_OID && format.json_casts.contains(&ty.oid()) => None,
            Kind::Enum(_) => Some(Self::Text),
            Kind::Range(bound) => Bound::of(bound, format).map(Self::Range),
            Kind::Multirange(bound) => Bound::of(bound, format).map(Self::Multirange),
            _ => None,
        }
    }

    fn simple(ty: &Type, format: &ServerFormat) -> Option<Self> {
        Some(match *ty {
            Type::BOOL => Self::Bool,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID => Self::Oid,
            Type::FLOAT4 if !format.server_floats => Self::Float4,
            Type::FLOAT8 if !format.server_floats => Self::Float8,
            Type::NUMERIC => Self::Numeric,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => Self::Text,
            Type::JSON => Self::Json,
            Type::JSONB => Self::Jsonb,
            Type::UUID => Self::Uuid,
            Type::BYTEA if !format.server_bytea => Self::Bytea,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMETZ => Self::TimeTz,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ if format.utc => Self::TimestampTz,
            Type::INTERVAL if !format.server_intervals => Self::Interval,
            Type::BIT | Type::VARBIT => Self::Bits,
            Type::INET | Type::CIDR => Self::Inet,
            Type::MACADDR => Self::Mac(6),
            Type::MACADDR8 => Self::Mac(8),
            Type::POINT
            | Type::LINE
            | Type::LSEG
            | Type::BOX
            | Type::PATH
            | Type::POLYGON
            | Type::CIRCLE
                if format.server_floats =>
            {
                return None;
            }
            Type::POINT => Self::Geometry(Geometry::Point),
            Type::LINE => Self::Geometry(Geometry::Line),
            Type::LSEG => Self::Geometry(Geometry::Segment),
            Type::BOX => Self::Geometry(Geometry::Box),
            Type::PATH => Self::Geometry(Geometry::Path),
            Type::POLYGON => Self::Geometry(Geometry::Polygon),
            Type::CIRCLE => Self::Geometry(Geometry::Circle),
            // money follows lc_monetary, "char" differs by version, xml, tsvector and the rest
            // are rare: the server prints them.
            _ => return None,
        })
    }
}

impl Bound {
    fn of(ty: &Type, format: &ServerFormat) -> Option<Self> {
        Some(match *ty {
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::NUMERIC => Self::Numeric,
            Type::DATE => Self::Date,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ if format.utc => Self::TimestampTz,
            _ => return None,
        })
    }
}

pub(super) fn write_value_of(
    out: &mut Vec<u8>,
    shape: &Shape,
    raw: Option<&[u8]>,
) -> Result<(), Malformed> {
    let Some(raw) = raw else {
        out.extend_from_slice(b"null");
        return Ok(());
    };
    match shape {
        Shape::Uuid => hex::write_uuid(out, raw),
        Shape::Text => text::write_text(out, raw),
        Shape::Int4 => write_int4(out, raw),
        Shape::Int8 => write_int8(out, raw),
        Shape::Int2 => write_int(out, Wire::new(raw), Wire::i16),
        Shape::Oid => quoted(out, |out| write_int(out, Wire::new(raw), Wire::u32)),
        Shape::Bool => match raw {
            [flag] => {
                out.extend_from_slice(if *flag == 0 { b"false" } else { b"true" });
                Ok(())
            }
            _ => Err(malformed("a bool has one byte")),
        },
        Shape::Float4 => float::write_float4(out, raw),
        Shape::Float8 => float::write_float8(out, raw),
        Shape::Numeric => numeric::write_numeric(out, raw),
        Shape::Json => text::write_verbatim(out, raw),
        Shape::Jsonb => text::write_jsonb(out, raw),
        Shape::Bytea => {
            hex::write_bytea(out, raw);
            Ok(())
        }
        Shape::Date => quoted(out, |out| write_date(out, raw)),
        Shape::Time => quoted(out, |out| write_time(out, raw)),
        Shape::TimeTz => quoted(out, |out| write_timetz(out, raw)),
        Shape::Timestamp => quoted(out, |out| write_timestamp(out, raw, Style::Json, false)),
        Shape::TimestampTz => quoted(out, |out| write_timestamp(out, raw, Style::Json, true)),
        Shape::Interval => interval::write_interval(out, raw),
        Shape::Bits => bits::write_bits(out, raw),
        Shape::Inet => network::write_inet(out, raw),
        Shape::Mac(len) => network::write_mac(out, raw, *len),
        Shape::Geometry(geometry) => geometry.write(out, raw),
        Shape::Range(bound) => write_range(out, raw, *bound),
        Shape::Multirange(bound) => write_multirange(out, raw, *bound),
        Shape::Array(elements) => elements.write(out, raw),
        Shape::Composite(fields) => write_composite(out, raw, fields),
    }
}

pub(super) fn write_int4(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    write_int(out, Wire::new(raw), Wire::i32)
}

pub(super) fn write_int8(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    write_int(out, Wire::new(raw), Wire::i64)
}

fn write_int<'a, I: itoa::Integer>(
    out: &mut Vec<u8>,
    mut wire: Wire<'a>,
    read: impl FnOnce(&mut Wire<'a>) -> Result<I, Malformed>,
) -> Result<(), Malformed> {
    let value = read(&mut wire)?;
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    wire.end()
}

fn quoted(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    out.push(b'"');
    write(out)?;
    out.push(b'"');
    Ok(())
}
