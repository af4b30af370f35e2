//! Single privileges and sets of them.

use std::error::Error;
use std::fmt;
use std::ops::{BitAnd, BitOr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tokio_postgres::types::{FromSql, Type, accepts};

macro_rules! privileges {
    ($($variant:ident = $letter:literal, $word:literal;)+) => {
        /// Something a role can be allowed to do with an object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Privilege {
            $(#[doc = concat!("`", $word, "`")] $variant,)+
        }

        impl Privilege {
            /// All of them, in the order `psql` prints them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The letter in PostgreSQL's access lists.
            pub fn letter(self) -> char {
                match self { $(Self::$variant => $letter,)+ }
            }

            /// The word `GRANT` uses.
            pub fn keyword(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            fn from_letter(letter: char) -> Option<Self> {
                match letter { $($letter => Some(Self::$variant),)+ _ => None }
            }

            fn from_keyword(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

privileges! {
    Insert = 'a', "INSERT";
    Select = 'r', "SELECT";
    Update = 'w', "UPDATE";
    Delete = 'd', "DELETE";
    Truncate = 'D', "TRUNCATE";
    References = 'x', "REFERENCES";
    Trigger = 't', "TRIGGER";
    Execute = 'X', "EXECUTE";
    Usage = 'U', "USAGE";
    Create = 'C', "CREATE";
    Temporary = 'T', "TEMPORARY";
    Connect = 'c', "CONNECT";
    Set = 's', "SET";
    AlterSystem = 'A', "ALTER SYSTEM";
    Maintain = 'm', "MAINTAIN";
}

impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}

impl<'a> FromSql<'a> for Privilege {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let word = <&str>::from_sql(ty, raw)?;
        Self::from_keyword(word).ok_or_else(|| format!("unknown privilege {word:?}").into())
    }

    accepts!(TEXT);
}

/// A set of privileges. In JSON: PostgreSQL's own letters, such as `"arwd"`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Privileges(u16);

impl Privileges {
    /// A set of exactly these.
    pub fn of(privileges: &[Privilege]) -> Self {
        privileges.iter().copied().collect()
    }

    /// Every privilege there is.
    pub fn all() -> Self {
        Self::of(Privilege::ALL)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Whether this one is in it.
    pub fn has(self, privilege: Privilege) -> bool {
        self.0 & (1 << privilege as u16) != 0
    }

    /// Whether at least one of these is in it.
    pub fn has_any(self, privileges: &[Privilege]) -> bool {
        privileges.iter().any(|&privilege| self.has(privilege))
    }

    /// Adds one.
    pub fn insert(&mut self, privilege: Privilege) {
        self.0 |= 1 << privilege as u16;
    }

    /// This set without those in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those in it, in the order `psql` prints them.
    pub fn iter(self) -> impl Iterator<Item = Privilege> {
        Privilege::ALL
            .iter()
            .copied()
            .filter(move |&privilege| self.has(privilege))
    }
}

impl FromIterator<Privilege> for Privileges {
    fn from_iter<I: IntoIterator<Item = Privilege>>(privileges: I) -> Self {
        privileges
            .into_iter()
            .fold(Self::default(), |mut set, privilege| {
                set.insert(privilege);
                set
            })
    }
}

impl BitOr for Privileges {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Privileges {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Debug for Privileges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Privileges({self})")
    }
}

impl fmt::Display for Privileges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter()
            .try_for_each(|privilege| write!(f, "{}", privilege.letter()))
    }
}

impl Serialize for Privileges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Privileges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let letters = String::deserialize(deserializer)?;
        letters
            .chars()
            .map(|letter| {
                Privilege::from_letter(letter)
                    .ok_or_else(|| de::Error::custom(format!("unknown privilege {letter:?}")))
            })
            .collect()
    }
}
