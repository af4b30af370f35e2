//! Whether a view's rows are rows of what it reads, one for one.

use sqlparser::ast::{GroupByExpr, Query, Select, SelectItem};

/// The server's own aggregates and functions that give several rows.
const MANY: [&str; 40] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "array_agg",
    "string_agg",
    "json_agg",
    "jsonb_agg",
    "json_object_agg",
    "jsonb_object_agg",
    "xmlagg",
    "bool_and",
    "bool_or",
    "every",
    "bit_and",
    "bit_or",
    "bit_xor",
    "any_value",
    "range_agg",
    "range_intersect_agg",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "variance",
    "var_pop",
    "var_samp",
    "corr",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "unnest",
    "generate_series",
    "generate_subscripts",
    "json_array_elements",
    "jsonb_array_elements",
    "json_each",
    "jsonb_each",
    "regexp_matches",
    "regexp_split_to_table",
];

/// What stands around a query: nothing that makes other rows of its rows.
pub(super) fn around(query: &Query) -> Result<(), &'static str> {
    if query.with.is_some() {
        return Err("it begins with WITH");
    }
    if query.limit_clause.is_some() || query.fetch.is_some() {
        return Err("it has LIMIT or OFFSET");
    }
    Ok(())
}

/// The same of one SELECT.
pub(super) fn select(select: &Select) -> Result<(), &'static str> {
    let groups = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(by, with) => !by.is_empty() || !with.is_empty(),
    };
    if groups || select.having.is_some() {
        return Err("it has GROUP BY");
    }
    if select.distinct.is_some() {
        return Err("it has DISTINCT");
    }
    for item in &select.projection {
        let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else {
            continue;
        };
        let text = expr.to_string();
        if makes_other_rows(&text) {
            return Err("it counts or spreads rows");
        }
    }
    Ok(())
}

/// Whether an expression's own functions make one row of many or many of one; in a sub-select they are that one's.
fn makes_other_rows(text: &str) -> bool {
    let mut hidden: Vec<bool> = Vec::new();
    let mut word = String::new();
    let mut in_text = false;
    for (at, letter) in text.char_indices() {
        if letter == '\'' {
            in_text = !in_text;
        }
        if in_text {
            continue;
        }
        match letter {
            '(' => {
                let inside = hidden.last().copied().unwrap_or_default();
                let called = word.trim_end().to_lowercase();
                if !inside && (MANY.contains(&called.as_str()) || called == "over") {
                    return true;
                }
                let rest = text[at + 1..].trim_start().to_lowercase();
                hidden.push(inside || rest.starts_with("select ") || rest.starts_with("with "));
                word.clear();
            }
            ')' => {
                hidden.pop();
                word.clear();
            }
            letter if letter.is_alphanumeric() || letter == '_' => word.push(letter),
            ' ' if !word.is_empty() => {
                // `OVER (` has a space, and so may a call.
                if !text[at..].trim_start().starts_with('(') {
                    word.clear();
                }
            }
            _ => word.clear(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::makes_other_rows;

    #[test]
    fn counts_are_seen_and_those_of_sub_selects_are_not() {
        for text in [
            "count(*)",
            "COALESCE(sum(x), 0)",
            "row_number() OVER (ORDER BY id)",
            "unnest(tags)",
        ] {
            assert!(makes_other_rows(text), "{text}");
        }
        for text in [
            "(SELECT count(*) FROM public.t)",
            "lower(name)",
            "'count('",
            "discount(x)",
            "\"left\"(a, 3)",
        ] {
            assert!(!makes_other_rows(text), "{text}");
        }
    }
}
