//! Enums that the catalogs store as one letter.

/// Declares an enum whose variants PostgreSQL writes as a `"char"`, with its decoding.
///
/// An unknown letter (a newer server) is an error, never a guess: an auditor must not take it for
/// something harmless.
macro_rules! coded {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// The letter PostgreSQL's catalogs use.
            pub fn code(self) -> char {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl<'a> tokio_postgres::types::FromSql<'a> for $name {
            fn from_sql(
                ty: &tokio_postgres::types::Type,
                raw: &'a [u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                let code = char::from(<i8 as tokio_postgres::types::FromSql>::from_sql(ty, raw)? as u8);
                match code {
                    $($code => Ok(Self::$variant),)+
                    other => Err(format!("unknown {} code {other:?}", stringify!($name)).into()),
                }
            }

            tokio_postgres::types::accepts!(CHAR);
        }
    };
}

pub(crate) use coded;
