//! Rows made into the program's own values.

use postgres_types::FromSql;

use crate::error::Result;
use crate::rows::Row;

/// A value made from a row. [`from_row!`](crate::from_row) writes it for a struct whose fields bear the columns' names.
#[diagnostic::on_unimplemented(
    message = "a row cannot be made into `{Self}`",
    label = "not readable from a row",
    note = "write `rowhouse::from_row!({Self} {{ column, … }});` for a struct whose fields bear the columns' names, or use a tuple"
)]
pub trait FromRow: Sized {
    /// Reads `row`.
    ///
    /// # Errors
    /// [`Error::Column`] when a column is missing or of another type.
    fn from_row(row: &Row) -> Result<Self>;
}

impl FromRow for Row {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(row.clone())
    }
}

macro_rules! tuple {
    ($($name:ident $at:tt),+) => {
        impl<$($name: for<'a> FromSql<'a>),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row) -> Result<Self> {
                Ok(($(row.try_get::<$name>($at as usize)?,)+))
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// Implements [`FromRow`] for a struct by its fields' names.
///
/// ```
/// struct Item {
///     id: uuid::Uuid,
///     title: String,
/// }
/// rowhouse::from_row!(Item { id, title });
/// ```
#[macro_export]
macro_rules! from_row {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row) -> $crate::Result<Self> {
                Ok(Self { $($field: row.try_get(stringify!($field))?),+ })
            }
        }
    };
}
