//! The words of filters: operators, and what may stand beside them.

use std::fmt;

use super::cursor::Cursor;

/// Names each variant by the word clients write.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum $name {
            $($variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word clients write.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            pub(super) fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// A comparison of a column with a value.
    Comparison {
        Equal = "eq",
        NotEqual = "neq",
        Greater = "gt",
        GreaterOrEqual = "gte",
        Less = "lt",
        LessOrEqual = "lte",
        Like = "like",
        LikeAnyCase = "ilike",
        Match = "match",
        MatchAnyCase = "imatch",
        Contains = "cs",
        ContainedIn = "cd",
        Overlaps = "ov",
        StrictlyLeft = "sl",
        StrictlyRight = "sr",
        NotRightOf = "nxr",
        NotLeftOf = "nxl",
        Adjacent = "adj",
        IsDistinct = "isdistinct",
    }
}

words! {
    /// How a search's text becomes a query.
    Search {
        Query = "fts",
        Plain = "plfts",
        Phrase = "phfts",
        Web = "wfts",
    }
}

words! {
    /// What a value can be beside having one.
    Is {
        Null = "null",
        NotNull = "not_null",
        True = "true",
        False = "false",
        Unknown = "unknown",
    }
}

words! {
    /// Whether one of several values is enough, or all must fit.
    Quantifier {
        Any = "any",
        All = "all",
    }
}

words! {
    /// How conditions are joined.
    Connective {
        And = "and",
        Or = "or",
    }
}

impl Comparison {
    /// Whether its value is a pattern.
    pub fn is_pattern(self) -> bool {
        matches!(
            self,
            Self::Like | Self::LikeAnyCase | Self::Match | Self::MatchAnyCase
        )
    }

    /// Whether it can be asked of several values at once: `eq(any)`.
    pub fn is_quantifiable(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::Greater
                | Self::GreaterOrEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Like
                | Self::LikeAnyCase
                | Self::Match
                | Self::MatchAnyCase
        )
    }

    /// Whether `*` in its value stands for any text, which spares clients the escape of `%`.
    pub fn has_wildcard(self) -> bool {
        matches!(self, Self::Like | Self::LikeAnyCase)
    }
}

impl Quantifier {
    /// `(any)` or `(all)`, if it stands here.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut ahead = cursor.clone();
        ahead.eat("(").then_some(())?;
        let quantifier = Self::of_word(ahead.word())?;
        ahead.eat(")").then(|| {
            *cursor = ahead;
            quantifier
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for operator in Comparison::ALL {
            assert_eq!(Comparison::of_word(operator.word()), Some(*operator));
        }
        assert_eq!(Search::of_word("wfts"), Some(Search::Web));
        assert_eq!(Is::of_word("not_null"), Some(Is::NotNull));
        assert_eq!(Comparison::of_word("EQ"), None);
    }
}
