//! Values in whatever form the wire has them, for types that have no Rust type of their own.

use postgres_types::{FromSql, IsNull, Kind, ToSql, Type};

/// An enum's label, sent and read as text, whatever its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label(pub(crate) String);

impl ToSql for Label {
    fn to_sql(
        &self,
        type_: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let Kind::Enum(labels) = type_.kind() else {
            return Err("not an enum".into());
        };
        if !labels.contains(&self.0) {
            return Err(format!("{labels:?}").into());
        }
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(type_: &Type) -> bool {
        matches!(type_.kind(), Kind::Enum(_))
    }

    postgres_types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Label {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(String::from_utf8(raw.to_vec())?))
    }

    fn accepts(type_: &Type) -> bool {
        matches!(type_.kind(), Kind::Enum(_))
    }
}

/// Any value in its binary form, kept as it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Raw(pub(crate) Vec<u8>);

impl ToSql for Raw {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres_types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw.to_vec()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
