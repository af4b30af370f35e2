//! The messages we write. All of them belong to the extended protocol and none of them stands alone: the callers in
//! `lane` and `exclusive` put the tenant's head in front.

use bytes::BytesMut;
use postgres_protocol::Oid;
use postgres_protocol::message::frontend;
use postgres_types::{Format, IsNull, Kind, ToSql, Type, WrongType};

use crate::error::{Error, Result};

/// The most bytes of one request's parameters. A message's length is a 31-bit number and the server closes the connection
/// of anything past 1 GiB, along with what others have on it; a length that wrapped would turn data into messages.
const MAX_PARAMETERS: usize = 256 << 20;

/// A parameter as the library takes it.
pub(crate) type Parameter<'a> = &'a (dyn ToSql + Sync);

/// Parameters in wire form: what follows the statement's name in a Bind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bound(BytesMut);

impl Bound {
    /// No parameters.
    pub(crate) fn none() -> Self {
        Self(BytesMut::from(&[0, 0, 0, 0, 0, 1, 0, 1][..]))
    }

    /// Encodes `parameters` as `types`; results are asked for in binary.
    pub(crate) fn encode(parameters: &[Parameter<'_>], types: &[Type]) -> Result<Self> {
        if parameters.len() != types.len() {
            return Err(Error::Parameter {
                number: parameters.len().min(types.len()) + 1,
                message: format!(
                    "the statement has {} parameters, {} were given",
                    types.len(),
                    parameters.len()
                ),
            });
        }
        let mut out = BytesMut::with_capacity(8 + parameters.len() * 24);
        put_count(&mut out, parameters.len());
        for (parameter, type_) in parameters.iter().zip(types) {
            let format = match parameter.encode_format(type_) {
                Format::Text => 0_u16,
                Format::Binary => 1,
            };
            out.extend_from_slice(&format.to_be_bytes());
        }
        put_count(&mut out, parameters.len());
        for (at, (parameter, type_)) in parameters.iter().zip(types).enumerate() {
            put_value(&mut out, |out| encode_as(*parameter, type_, out)).map_err(|message| {
                Error::Parameter {
                    number: at + 1,
                    message,
                }
            })?;
        }
        if out.len() > MAX_PARAMETERS {
            return Err(Error::Parameter {
                number: types.len(),
                message: format!(
                    "the parameters take {} bytes together, of which {MAX_PARAMETERS} are allowed; send large data in parts, or by COPY",
                    out.len()
                ),
            });
        }
        out.extend_from_slice(&[0, 1, 0, 1]);
        Ok(Self(out))
    }
}

/// A domain's value has the form of its base type, and Rust types know base types only.
fn encode_as(
    parameter: Parameter<'_>,
    type_: &Type,
    out: &mut BytesMut,
) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
    match (parameter.to_sql_checked(type_, out), type_.kind()) {
        (Err(error), Kind::Domain(base)) if error.is::<WrongType>() => {
            encode_as(parameter, base, out).map_err(|_| error)
        }
        (result, _) => result,
    }
}

fn put_count(out: &mut BytesMut, count: usize) {
    // PostgreSQL allows 65,535 parameters; the statement could not have been described with more.
    out.extend_from_slice(&(count as u16).to_be_bytes());
}

fn put_value(
    out: &mut BytesMut,
    write: impl FnOnce(
        &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>>,
) -> std::result::Result<(), String> {
    let start = out.len();
    out.extend_from_slice(&(-1_i32).to_be_bytes());
    match write(out) {
        Ok(IsNull::No) => {
            let length = i32::try_from(out.len() - start - 4)
                .map_err(|_| "the value is past 2 GiB".to_owned())?;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
            Ok(())
        }
        Ok(IsNull::Yes) => {
            out.truncate(start + 4);
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

fn framed(out: &mut BytesMut, tag: u8, body: impl FnOnce(&mut BytesMut)) {
    let start = out.len();
    out.extend_from_slice(&[tag, 0, 0, 0, 0]);
    body(out);
    let length = (out.len() - start - 1) as u32;
    out[start + 1..start + 5].copy_from_slice(&length.to_be_bytes());
}

fn put_name(out: &mut BytesMut, name: &str) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(&[0]);
}

/// Parse. `types` may be shorter than the parameters: the rest is inferred.
pub(crate) fn parse(
    out: &mut BytesMut,
    name: &str,
    sql: &str,
    types: impl ExactSizeIterator<Item = Oid>,
) {
    framed(out, b'P', |out| {
        put_name(out, name);
        put_name(out, sql);
        put_count(out, types.len());
        for oid in types {
            out.extend_from_slice(&oid.to_be_bytes());
        }
    });
}

/// Describe of a prepared statement.
pub(crate) fn describe(out: &mut BytesMut, name: &str) {
    framed(out, b'D', |out| {
        out.extend_from_slice(b"S");
        put_name(out, name);
    });
}

/// Bind of `bound` to `portal`.
pub(crate) fn bind(out: &mut BytesMut, portal: &str, name: &str, bound: &Bound) {
    framed(out, b'B', |out| {
        put_name(out, portal);
        put_name(out, name);
        out.extend_from_slice(&bound.0);
    });
}

/// Bind of text values in binary format, and one `int8`, for the head: `texts` first, then the number.
pub(crate) fn bind_head<'a>(
    out: &mut BytesMut,
    name: &str,
    number: i64,
    texts: impl ExactSizeIterator<Item = &'a str>,
) {
    framed(out, b'B', |out| {
        put_name(out, "");
        put_name(out, name);
        out.extend_from_slice(&[0, 1, 0, 1]);
        put_count(out, texts.len() + 1);
        out.extend_from_slice(&8_i32.to_be_bytes());
        out.extend_from_slice(&number.to_be_bytes());
        for text in texts {
            out.extend_from_slice(&(text.len() as i32).to_be_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(&[0, 1, 0, 1]);
    });
}

/// A command of our own, without parameters and without rows: Parse, Bind, Execute, all unnamed.
pub(crate) fn command(out: &mut BytesMut, sql: &str) {
    parse(out, "", sql, std::iter::empty());
    bind(out, "", "", &Bound::none());
    execute(out, "", 0);
}

/// Execute; `max_rows` 0 is all.
pub(crate) fn execute(out: &mut BytesMut, portal: &str, max_rows: u32) {
    framed(out, b'E', |out| {
        put_name(out, portal);
        out.extend_from_slice(&max_rows.to_be_bytes());
    });
}

/// Close of a prepared statement.
pub(crate) fn close(out: &mut BytesMut, name: &str) {
    framed(out, b'C', |out| {
        out.extend_from_slice(b"S");
        put_name(out, name);
    });
}

/// Sync: ends the implicit transaction.
pub(crate) fn sync(out: &mut BytesMut) {
    frontend::sync(out);
}

/// A simple query of our own making (`BEGIN`, `COMMIT`, `DISCARD ALL`, set-up): it carries its own Sync.
pub(crate) fn simple(out: &mut BytesMut, sql: &str) {
    framed(out, b'Q', |out| put_name(out, sql));
}

/// CopyData.
pub(crate) fn copy_data(out: &mut BytesMut, data: &[u8]) {
    framed(out, b'd', |out| out.extend_from_slice(data));
}

/// CopyDone.
pub(crate) fn copy_done(out: &mut BytesMut) {
    frontend::copy_done(out);
}

/// CopyFail.
pub(crate) fn copy_fail(out: &mut BytesMut, reason: &str) {
    framed(out, b'f', |out| put_name(out, reason));
}

/// Flush: the server sends what it has without ending the transaction.
pub(crate) fn flush(out: &mut BytesMut) {
    frontend::flush(out);
}

/// Terminate.
pub(crate) fn terminate(out: &mut BytesMut) {
    frontend::terminate(out);
}
