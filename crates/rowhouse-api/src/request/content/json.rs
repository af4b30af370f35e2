//! An object, or an array of objects.

use std::collections::HashMap;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::{Content, ContentError, LONGEST_NAME, MOST_MEMBERS, Watch};

/// Deeper values are refused; the server's own bound is the size of its stack.
const DEEPEST: usize = 100;

/// A value, as far as it is one that a column's type reads from a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// `null`.
    Null,
    /// A text; a number or a truth value as it is written.
    Text(String),
    /// An array or an object, or a text that no column can hold.
    Other,
}

impl Scalar {
    /// The value that is written so.
    fn of(raw: &RawValue) -> Self {
        let raw = raw.get();
        match raw.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b'[' | b'{') | None => Self::Other,
            Some(b'"') => match serde_json::from_str::<String>(raw) {
                Ok(text) if !text.contains('\0') => Self::Text(text),
                _ => Self::Other,
            },
            Some(_) => Self::Text(raw.to_owned()),
        }
    }
}

pub(super) fn parse(text: &str, watch: Option<Watch<'_>>) -> Result<Content, ContentError> {
    let malformed = |reason: String| ContentError::Malformed {
        form: "JSON",
        reason,
    };
    let trimmed = text.trim_matches([' ', '\t', '\n', '\r']);
    let is_list = match trimmed.bytes().next() {
        Some(b'[') => true,
        Some(b'{') => false,
        None => return Err(malformed("it is empty".into())),
        Some(_) => {
            let reason = "expected an object or an array of objects at line 1 column 1";
            return Err(malformed(reason.into()));
        }
    };
    if depth(trimmed) > DEEPEST {
        return Err(malformed(format!("it is nested more than {DEEPEST} deep")));
    }
    let mut rows = Rows {
        watch,
        members: Vec::new(),
        places: HashMap::new(),
        width: 0,
        values: Vec::new(),
        count: 0,
        uniform: true,
        foreign: false,
        too_wide: false,
        too_long: None,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = if is_list {
        deserializer.deserialize_seq(List(&mut rows))
    } else {
        Row(&mut rows).deserialize(&mut deserializer)
    };
    let read = read.and_then(|()| deserializer.end());
    if rows.too_wide {
        return Err(ContentError::TooWide);
    }
    if let Some(name) = rows.too_long {
        return Err(ContentError::LongName(name));
    }
    read.map_err(|error| malformed(error.to_string()))?;
    let members = rows.members.into_iter().map(|(member, _)| member);
    Ok(Content {
        rows: if is_list {
            trimmed.to_owned()
        } else {
            format!("[{trimmed}]")
        },
        count: rows.count,
        members: members.collect(),
        values: if rows.count == 1 {
            rows.values
        } else {
            Vec::new()
        },
        uniform: rows.uniform,
        foreign: rows.foreign,
    })
}

/// How deep arrays and objects are nested.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => loop {
                match bytes.next() {
                    Some(b'\\') => drop(bytes.next()),
                    Some(b'"') | None => break,
                    Some(_) => {}
                }
            },
            _ => {}
        }
    }
    deepest
}

/// What is known of the rows so far.
struct Rows<'w> {
    watch: Option<Watch<'w>>,
    /// The members so far, each with the last row that has it; those of the first row first.
    members: Vec<(String, usize)>,
    /// Where each is among them: what a client repeats must not be looked for one by one.
    places: HashMap<String, usize>,
    /// How many the first row has.
    width: usize,
    /// The first row's values.
    values: Vec<Scalar>,
    count: usize,
    uniform: bool,
    foreign: bool,
    too_wide: bool,
    too_long: Option<String>,
}

impl Rows<'_> {
    /// Takes note of a member; `place` is where it is looked for first. Gives where it is.
    fn note(&mut self, member: &str, place: usize) -> usize {
        let row = self.count;
        let expected = self.members.get(place).filter(|(known, _)| known == member);
        let place = match expected {
            Some(_) => Some(place),
            None => self.places.get(member).copied(),
        };
        if let Some(place) = place {
            self.members[place].1 = row;
            return place;
        }
        if member.len() > LONGEST_NAME {
            self.too_long = Some(member.to_owned());
            return self.members.len();
        }
        self.places.insert(member.to_owned(), self.members.len());
        self.members.push((member.to_owned(), row));
        if row == 1 {
            self.width = self.members.len();
        } else {
            self.uniform = false;
        }
        self.too_wide |= self.members.len() > MOST_MEMBERS;
        self.members.len() - 1
    }

    /// Keeps a value of the first row; of a member that is repeated the last one counts.
    fn keep(&mut self, at: usize, value: Scalar) {
        match self.values.get_mut(at) {
            _ if self.count > 1 => {}
            Some(kept) => *kept = value,
            None => self.values.push(value),
        }
    }
}

struct List<'r, 'w>(&'r mut Rows<'w>);

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Row(self.0))?.is_some() {}
        Ok(())
    }
}

struct Row<'r, 'w>(&'r mut Rows<'w>);

impl<'de> DeserializeSeed<'de> for Row<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Row<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let rows = self.0;
        rows.count += 1;
        let mut place = 0;
        while let Some((at, watch)) = members.next_key_seed(Member(rows, place))? {
            if rows.too_wide || rows.too_long.is_some() {
                return Err(A::Error::custom("no column of a table"));
            }
            if watch.is_some() || rows.count == 1 {
                let value = Scalar::of(members.next_value::<&RawValue>()?);
                rows.foreign |= watch.is_some_and(|watch| !(watch.accepts)(&value));
                rows.keep(at, value);
            } else {
                let _ = members.next_value::<IgnoredAny>()?;
            }
            place += 1;
        }
        let row = rows.count;
        rows.uniform &= rows.members[..rows.width]
            .iter()
            .all(|(_, last)| *last == row);
        Ok(())
    }
}

/// A member's name; gives its place, and who watches it.
struct Member<'r, 'w>(&'r mut Rows<'w>, usize);

impl<'de, 'w> DeserializeSeed<'de> for Member<'_, 'w> {
    type Value = (usize, Option<Watch<'w>>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'w> Visitor<'_> for Member<'_, 'w> {
    type Value = (usize, Option<Watch<'w>>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, member: &str) -> Result<Self::Value, E> {
        let Self(rows, place) = self;
        let at = rows.note(member, place);
        Ok((at, rows.watch.filter(|watch| watch.member == member)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Content {
        parse(text, None).unwrap()
    }

    fn refused(text: &str) -> String {
        parse(text, None).unwrap_err().to_string()
    }

    #[test]
    fn rows_and_their_members() {
        let one = content(" {\"a\": 1e400, \"b\": [1]} \n");
        assert_eq!(one.rows, "[{\"a\": 1e400, \"b\": [1]}]");
        assert_eq!((one.count, one.uniform), (1, true));
        assert_eq!(one.members, ["a", "b"]);
        let turned = content(r#"[{"a":1,"b":2},{"b":3,"a":4,"a":5}]"#);
        assert!(turned.uniform);
        for uneven in [
            r#"[{"a":1},{"a":1,"c":2}]"#,
            r#"[{"a":1,"c":1},{"a":1}]"#,
            r#"[{"a":1,"c":1},{"c":1},{"a":1,"c":1}]"#,
        ] {
            let uneven = content(uneven);
            assert!(!uneven.uniform);
            assert_eq!(uneven.members, ["a", "c"]);
        }
        assert_eq!(content("[]").count, 0);
    }

    #[test]
    fn the_values_of_one_row_have_texts() {
        let texts = |text: &str, members: &[&str]| {
            let members: Vec<String> = members.iter().map(|&member| member.to_owned()).collect();
            let content = content(text);
            let texts = content.texts(&members)?;
            let owned = texts.into_iter().map(|text| text.map(str::to_owned));
            Some(owned.collect::<Vec<_>>())
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            texts(
                r#"{"a":1.50,"b":"\u00e9\"","c":null,"d":false,"a":-0}"#,
                &["b", "a", "d", "c"]
            ),
            Some(vec![some("é\""), some("-0"), some("false"), None])
        );
        for (row, members) in [
            (r#"{"a":[1]}"#, vec!["a"]),
            (r#"{"a":{}}"#, vec!["a"]),
            (r#"{"a":"\u0000"}"#, vec!["a"]),
            (r#"{"a":"\ud800"}"#, vec!["a"]),
            (r#"{"a":1}"#, vec!["a", "b"]),
            (r#"[{"a":1},{"a":2}]"#, vec!["a"]),
            (r#"{"a":1}"#, vec![]),
            ("[]", vec!["a"]),
        ] {
            assert_eq!(texts(row, &members), None, "{row}");
        }
    }

    #[test]
    fn what_is_not_rows_is_refused_with_its_place() {
        assert_eq!(refused(""), "the content is not JSON: it is empty");
        assert!(refused("[{\"a\":1},2]").contains("expected an object at line 1 column 10"));
        assert!(refused("{\"a\":}").contains("line 1 column 6"));
        assert!(refused("{\"a\":1} x").contains("trailing characters at line 1 column 9"));
        assert!(refused("7").contains("expected an object or an array"));
        assert!(refused("{\"a\":\"\u{1}\"}").contains("control character"));
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100));
        assert!(refused(&deep).contains("more than 100 deep"));
        let brackets = content(&format!("{{\"a\":\"{}\\\"[\"}}", "[".repeat(200)));
        assert_eq!(brackets.count, 1);
        let wide: Vec<String> = (0..=MOST_MEMBERS).map(|n| format!("\"c{n}\":1")).collect();
        let wide = format!("{{{}}}", wide.join(","));
        assert_eq!(parse(&wide, None), Err(ContentError::TooWide));
    }

    #[test]
    fn members_that_are_repeated_cost_no_more_than_their_length() {
        // A worker that looks for them one by one answers nobody meanwhile: this took a minute.
        let wide: Vec<String> = (0..MOST_MEMBERS).map(|n| format!("\"{n:04}\":1")).collect();
        let again = vec!["\"1599\":1"; 500_000].join(",");
        let read = content(&format!("[{{{}}},{{{again}}}]", wide.join(",")));
        assert_eq!((read.count, read.members.len()), (2, MOST_MEMBERS));
        assert!(!read.uniform);
    }

    #[test]
    fn a_watched_member_is_seen_wherever_it_is() {
        let accepts = |value: &Scalar| *value == Scalar::Text("7".into());
        let watch = Watch {
            member: "t",
            accepts: &accepts,
        };
        let foreign = |text: &str| parse(text, Some(watch)).unwrap().foreign;
        for mine in [r#"{"t":7}"#, r#"[{"t":"7","x":{"t":8}}]"#, "{}"] {
            assert!(!foreign(mine), "{mine}");
        }
        for other in [
            r#"{"t":8}"#,
            r#"[{"t":7},{"t":8}]"#,
            r#"{"t":8,"t":7}"#,
            r#"{"\u0074":8}"#,
            r#"{"t":[7]}"#,
            r#"{"t":{"t":7}}"#,
            r#"{"t":7.0}"#,
        ] {
            assert!(foreign(other), "{other}");
        }
    }
}
