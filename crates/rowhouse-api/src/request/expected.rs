//! What could have stood where reading stopped, in `PostgREST`'s words: clients show them, and some read them.

/// A column or a relation.
pub(super) const FIELD: &str = "field name (* or [a..z0..9_$])";
/// A condition between parentheses.
pub(super) const CONDITION: &str =
    "field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)";
/// What is behind `not.` there and no operator.
pub(super) const CONNECTIVE: &str = "logic operator (and, or)";
/// An item of `select`.
pub(super) const ITEM: &str = "\"...\", field name (* or [a..z0..9_$]), \"*\" or \"count()\"";
/// What can follow an item of `select`.
pub(super) const AFTER_ITEM: &str =
    "letter, digit, \"-\", \"->>\", \"->\", \"::\", \".\", \")\", \",\" or end of input";
/// What can follow a column between parentheses.
pub(super) const AFTER_FIELD: &str = "letter, digit, \"-\", \"->>\", \"->\" or delimiter (.)";
/// A member of an object or an element of an array.
pub(super) const KEY: &str = "\"-\", digit or any non reserved character different from: .,>()";
/// What stands in front of a filter's operator, and behind it.
pub(super) const DELIMITER: &str = "delimiter (.)";
/// A parenthesis.
pub(super) const OPENING: &str = "\"(\"";
/// A parenthesis.
pub(super) const CLOSING: &str = "\")\"";
/// What can follow one of several in parentheses.
pub(super) const NEXT_OR_CLOSING: &str = "\",\" or \")\"";
/// What can follow one of several.
pub(super) const NEXT_OR_END: &str = "\",\" or end of input";
/// Nothing.
pub(super) const END: &str = "end of input";
/// An operator, in front of which `not` may stand.
pub(super) const OPERATOR: &str = "\"not\" or operator (eq, gt, ...)";
/// What `is` can be asked of.
pub(super) const IS: &str = "isVal: (null, not_null, true, false, unknown)";
/// Up, down, and where nulls go.
pub(super) const DIRECTION: &str = "\"asc\", \"desc\", \"nullsfirst\" or \"nullslast\"";
/// Where nulls go.
pub(super) const NULLS: &str = "\"nullsfirst\" or \"nullslast\"";
/// What can follow a column that rows are ordered by.
pub(super) const AFTER_TERM: &str = "delimiter (.), \",\" or end of input";
