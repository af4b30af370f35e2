//! Comma-separated lines (RFC 4180), the first of which has the names. `NULL` is null.

use super::ContentError;
use crate::json::write_string;

/// The lines as a JSON array of objects.
pub(super) fn to_json(text: &str) -> Result<String, ContentError> {
    let mut reader = Reader {
        rest: text.strip_prefix('\u{feff}').unwrap_or(text),
        line: 1,
    };
    let mut names: Option<Vec<String>> = None;
    let mut json = vec![b'['];
    while !reader.rest.is_empty() {
        let line = reader.line;
        let fields = reader.record()?;
        // A blank line is none.
        if fields == [""] {
            continue;
        }
        let Some(names) = &names else {
            names = Some(fields);
            continue;
        };
        if fields.len() != names.len() {
            return Err(ContentError::UnevenLine {
                line,
                fields: fields.len(),
                expected: names.len(),
            });
        }
        json.extend_from_slice(if json.len() > 1 { b",{" } else { b"{" });
        for (index, (name, field)) in names.iter().zip(&fields).enumerate() {
            if index > 0 {
                json.push(b',');
            }
            write_string(&mut json, name);
            json.push(b':');
            if field == "NULL" {
                json.extend_from_slice(b"null");
            } else {
                write_string(&mut json, field);
            }
        }
        json.push(b'}');
    }
    if names.is_none() {
        return Err(malformed("it is empty".into()));
    }
    json.push(b']');
    String::from_utf8(json).map_err(|_| malformed("it is not UTF-8".into()))
}

fn malformed(reason: String) -> ContentError {
    ContentError::Malformed {
        form: "CSV",
        reason,
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    /// The fields up to the end of the line.
    fn record(&mut self) -> Result<Vec<String>, ContentError> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            let ends = ["\r\n", "\n", "\r"];
            let rest = ends.iter().find_map(|end| self.rest.strip_prefix(end));
            self.rest = rest.unwrap_or(self.rest);
            self.line += 1;
            return Ok(fields);
        }
    }

    fn field(&mut self) -> Result<String, ContentError> {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let end = self.rest.find([',', '\n', '\r']).unwrap_or(self.rest.len());
            let (field, rest) = self.rest.split_at(end);
            if field.contains('"') {
                let reason = format!("line {}: a quote within a field without quotes", self.line);
                return Err(malformed(reason));
            }
            self.rest = rest;
            return Ok(field.to_owned());
        };
        let began = self.line;
        let mut field = String::new();
        let mut rest = quoted;
        loop {
            let Some(end) = rest.find('"') else {
                return Err(malformed(format!("line {began}: a quote is not closed")));
            };
            field.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            let Some(after) = rest.strip_prefix('"') else {
                break;
            };
            field.push('"');
            rest = after;
        }
        if !rest.is_empty() && !rest.starts_with([',', '\n', '\r']) {
            let reason = format!("line {began}: something follows a closing quote");
            return Err(malformed(reason));
        }
        self.line += field.matches('\n').count();
        self.rest = rest;
        Ok(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        to_json(text).unwrap_err().to_string()
    }

    #[test]
    fn lines_become_rows() {
        assert_eq!(
            to_json("a,\"b \"\"x\"\"\"\n1,NULL\r\n,\"two\nlines, 3\"\n\n").unwrap(),
            r#"[{"a":"1","b \"x\"":null},{"a":"","b \"x\"":"two\nlines, 3"}]"#
        );
        assert_eq!(to_json("a,b\n").unwrap(), "[]");
    }

    #[test]
    fn what_is_no_csv_is_refused_with_its_line() {
        assert_eq!(refused(""), "the content is not CSV: it is empty");
        assert_eq!(refused("a,b\n1,2\n3"), "line 3 has 1 fields, not 2");
        assert!(refused("a\n\"1").contains("line 2: a quote is not closed"));
        assert!(refused("a\n\"1\"x").contains("line 2: something follows"));
        assert!(refused("a\nx\"1\"").contains("line 2: a quote within"));
    }
}
