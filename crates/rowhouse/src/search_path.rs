//! `search_path` as PostgreSQL reads it: identifiers, folded unless quoted, between commas.

/// The same path with `pg_temp` last. Anywhere else, or left out, which means first, a temporary table would stand in
/// for a real one (PostgreSQL manual, `search_path`). `pg_catalog` comes first, which is what leaving it out means: behind
/// another schema, an operator there would stand in for the server's own.
pub(crate) fn ending_in_pg_temp(path: &str) -> String {
    let mut kept: Vec<String> = schemas(path)
        .filter(|schema| !is_temporary(schema) && schema != "pg_catalog")
        .map(|schema| format!("\"{}\"", schema.replace('"', "\"\"")))
        .collect();
    kept.push("pg_temp".to_owned());
    kept.join(", ")
}

fn is_temporary(schema: &str) -> bool {
    schema == "pg_temp" || schema.starts_with("pg_temp_")
}

fn schemas(path: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([',', ' ', '\t', '\n', '\r']);
        if rest.is_empty() {
            return None;
        }
        let (schema, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (word, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (word.trim_end().to_lowercase(), after)
            }
        };
        rest = after;
        Some(schema)
    })
    .filter(|schema| !schema.is_empty())
}

/// The identifier before the closing quote, and what follows it.
fn unquote(quoted: &str) -> (String, &str) {
    let mut schema = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            schema.push(c);
        } else if chars.next_if(|(_, next)| *next == '"').is_some() {
            schema.push('"');
        } else {
            return (schema, &quoted[at + 1..]);
        }
    }
    (schema, "")
}

#[cfg(test)]
mod tests {
    use super::ending_in_pg_temp;

    #[test]
    fn pg_temp_is_last_however_it_was_written() {
        for (path, expected) in [
            ("", "pg_temp"),
            ("\"\"", "pg_temp"),
            ("\"$user\", public", "\"$user\", \"public\", pg_temp"),
            ("pg_temp, public", "\"public\", pg_temp"),
            ("PG_TEMP ,Public", "\"public\", pg_temp"),
            ("\"pg_temp\", \"pg_temp_3\", a", "\"a\", pg_temp"),
            ("evil, PG_Catalog, public", "\"evil\", \"public\", pg_temp"),
            ("\"a,b\", \"c\"\"d\"", "\"a,b\", \"c\"\"d\", pg_temp"),
        ] {
            assert_eq!(ending_in_pg_temp(path), expected, "{path}");
        }
    }
}
