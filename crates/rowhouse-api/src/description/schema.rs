//! The types of values as JSON Schema: what `to_json` makes of them.

use postgres_types::{Kind, Type};
use serde_json::{Map, Value, json};

use crate::resource::Column;

/// Types that are nested deeper are not described.
const DEEPEST: usize = 8;

/// A column's values. What a function makes of them only the function knows.
pub(super) fn column(column: &Column) -> Value {
    if column.shown().is_some() {
        return any(column);
    }
    stored(column)
}

/// Any value.
fn any(column: &Column) -> Value {
    let mut schema = json!({"title": column.shown});
    super::describe(&mut schema, "description", column.comment.as_deref());
    schema
}

fn stored(column: &Column) -> Value {
    let mut schema = column
        .ty
        .as_ref()
        .map_or_else(|| json!({}), |ty| of(ty, DEEPEST));
    if let (Some(most), Some("string")) = (length(&column.shown), schema["type"].as_str()) {
        schema["maxLength"] = most.into();
    }
    if let Some(bound) = digits(&column.shown) {
        // It has room for no more digits, nor for infinity; what is behind them is rounded.
        schema = json!({"anyOf": [
            {"type": "number", "exclusiveMinimum": -bound, "exclusiveMaximum": bound}, {"enum": ["NaN"]},
        ]});
    }
    if !column.not_null {
        nullable(&mut schema);
    }
    schema["title"] = column.shown.as_str().into();
    super::describe(&mut schema, "description", column.comment.as_deref());
    schema
}

/// A column's values as they are written: what has several forms is described in one of them.
pub(super) fn written(column: &Column) -> Value {
    if column.written().is_some() {
        return any(column);
    }
    let mut schema = stored(column);
    let Some(ty) = &column.ty else {
        return schema;
    };
    if let Some(format) = format(ty) {
        schema["format"] = format.into();
    }
    taken(ty, &mut schema);
    schema
}

/// Lets a schema take what PostgreSQL reads beside what it writes: of a value that is no text, a text has its JSON.
fn taken(ty: &Type, schema: &mut Value) {
    let more: &[&str] = match ty.kind() {
        Kind::Domain(base) => return taken(base, schema),
        Kind::Array(element) => {
            if let Some(items) = schema.get_mut("items") {
                taken(element, items);
            }
            return;
        }
        Kind::Composite(fields) => {
            for field in fields {
                let place = format!("/properties/{}", pointed(field.name()));
                if let Some(property) = schema.pointer_mut(&place) {
                    taken(field.type_(), property);
                }
            }
            return;
        }
        _ => match *ty {
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::BYTEA => {
                &["number", "boolean", "object", "array"]
            }
            Type::BOOL => &["integer", "string"],
            _ => return,
        },
    };
    let more = more.iter().map(|&ty| Value::from(ty));
    match schema.get_mut("type") {
        Some(Value::Array(types)) => types.extend(more),
        Some(ty) => *ty = std::iter::once(ty.take()).chain(more).collect(),
        None => {}
    }
}

/// A name within a JSON pointer (RFC 6901).
fn pointed(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The form of texts of a type that PostgreSQL reads, whatever its settings.
pub(super) fn format(ty: &Type) -> Option<&'static str> {
    match *ty {
        Type::DATE => Some("date"),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => Some("date-time"),
        _ => None,
    }
}

/// Values of a type; for types whose JSON only the server knows, any.
pub(super) fn of(ty: &Type, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return json!({});
    };
    match ty.kind() {
        Kind::Simple => simple(ty),
        Kind::Domain(base) => of(base, depth),
        Kind::Enum(labels) => json!({"type": "string", "enum": labels}),
        Kind::Array(element) => {
            let mut items = of(element, depth);
            nullable(&mut items);
            json!({"type": "array", "items": items})
        }
        Kind::Composite(fields) => {
            let properties: Map<String, Value> = fields
                .iter()
                .map(|field| {
                    let mut schema = of(field.type_(), depth);
                    nullable(&mut schema);
                    (field.name().to_owned(), schema)
                })
                .collect();
            json!({"type": "object", "properties": properties})
        }
        Kind::Range(_) | Kind::Multirange(_) => json!({"type": "string"}),
        _ => json!({}),
    }
}

fn simple(ty: &Type) -> Value {
    let not_finite = json!({"enum": ["NaN", "Infinity", "-Infinity"]});
    match *ty {
        Type::BOOL => json!({"type": "boolean"}),
        Type::INT2 => json!({"type": "integer", "minimum": i16::MIN, "maximum": i16::MAX}),
        Type::INT4 => {
            json!({"type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX})
        }
        Type::INT8 => {
            json!({"type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX})
        }
        Type::FLOAT4 => json!({"anyOf": [{"type": "number", "format": "float"}, not_finite]}),
        Type::FLOAT8 => json!({"anyOf": [{"type": "number", "format": "double"}, not_finite]}),
        Type::NUMERIC => json!({"anyOf": [{"type": "number"}, not_finite]}),
        Type::UUID => json!({"type": "string", "format": "uuid"}),
        Type::TEXT
        | Type::VARCHAR
        | Type::BPCHAR
        | Type::NAME
        | Type::BYTEA
        | Type::OID
        // Years before the first and after the 9999th, and infinity, have no form of RFC 3339.
        | Type::DATE
        | Type::TIME
        | Type::TIMETZ
        | Type::TIMESTAMP
        | Type::TIMESTAMPTZ
        | Type::INTERVAL
        | Type::BIT
        | Type::VARBIT
        | Type::INET
        | Type::CIDR
        | Type::MACADDR
        | Type::MACADDR8 => json!({"type": "string"}),
        _ => json!({}),
    }
}

/// Lets a schema take null too.
pub(super) fn nullable(schema: &mut Value) {
    if let Some(ty) = schema["type"].as_str() {
        schema["type"] = json!([ty, "null"]);
    } else if let Some(any) = schema["anyOf"].as_array_mut() {
        any.push(json!({"type": "null"}));
    }
    if let Some(labels) = schema["enum"].as_array_mut() {
        labels.push(Value::Null);
    }
    // Indexing has made members of what was not there.
    if let Some(object) = schema.as_object_mut() {
        object.retain(|name, value| name == "default" || !value.is_null());
    }
}

/// What a `numeric(6,2)` stays below, once it is rounded.
fn digits(shown: &str) -> Option<f64> {
    let inside = shown.strip_prefix("numeric(")?.strip_suffix(')')?;
    let (precision, scale) = inside.split_once(',').unwrap_or((inside, "0"));
    let (precision, scale) = (precision.parse::<i32>().ok()?, scale.parse::<i32>().ok()?);
    // A number of JSON holds so many digits exactly.
    let is_exact = (0..=15).contains(&precision) && (0..=precision).contains(&scale);
    is_exact.then(|| 10_f64.powi(precision - scale) - 0.5 * 10_f64.powi(-scale))
}

/// The length of a type such as `character varying(20)`.
fn length(shown: &str) -> Option<u32> {
    let rest = shown
        .strip_prefix("character varying(")
        .or_else(|| shown.strip_prefix("character("))?;
    rest.strip_suffix(')')?.parse().ok()
}

/// The value of a default that is written out: a number, a truth value or a text.
pub(super) fn constant(sql: &str) -> Option<Value> {
    let (text, _) = sql.rsplit_once("::").unwrap_or((sql, ""));
    match text {
        "true" => return Some(true.into()),
        "false" => return Some(false.into()),
        _ => {}
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let whole = inner.replace("''", "");
    (!whole.contains(['\'', '\\'])).then(|| inner.replace("''", "'").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_one_of_the_values() {
        let null = |ty: &Type| {
            let mut schema = of(ty, DEEPEST);
            nullable(&mut schema);
            schema
        };
        assert_eq!(null(&Type::TEXT), json!({"type": ["string", "null"]}));
        assert_eq!(null(&Type::JSON), json!({}));
        assert_eq!(null(&Type::NUMERIC)["anyOf"][2], json!({"type": "null"}));
        let mood = Kind::Enum(vec!["low".into()]);
        let mood = Type::new("mood".into(), 99_999, mood, "public".into());
        assert_eq!(
            null(&mood),
            json!({"type": ["string", "null"], "enum": ["low", null]})
        );
        let list = null(&Type::INT4_ARRAY);
        assert_eq!(list["items"]["type"], json!(["integer", "null"]));
    }

    #[test]
    fn a_text_takes_what_is_none() {
        let written = |ty: &Type| {
            let mut schema = of(ty, DEEPEST);
            nullable(&mut schema);
            taken(ty, &mut schema);
            schema
        };
        let any = json!(["string", "null", "number", "boolean", "object", "array"]);
        assert_eq!(written(&Type::TEXT)["type"], any);
        assert_eq!(written(&Type::TEXT_ARRAY)["items"]["type"], any);
        assert_eq!(written(&Type::UUID)["type"], json!(["string", "null"]));
        let field = |name: &str, ty: Type| postgres_types::Field::new(name.into(), ty);
        let home = Kind::Composite(vec![field("a/b", Type::TEXT), field("n", Type::INT4)]);
        let home = Type::new("home".into(), 99_999, home, "public".into());
        let properties = &written(&home)["properties"];
        assert_eq!(properties["a/b"]["type"], any);
        assert_eq!(properties["n"]["type"], json!(["integer", "null"]));
        assert_eq!(written(&Type::JSON), json!({}));
    }

    #[test]
    fn only_defaults_that_are_written_out() {
        for (sql, value) in [
            ("'it''s'::text", Some(json!("it's"))),
            ("0", Some(json!(0))),
            ("'-5'::integer", Some(json!("-5"))),
            ("true", Some(json!(true))),
            ("now()", None),
            ("nextval('a'::regclass)", None),
            ("'a' || 'b'", None),
        ] {
            assert_eq!(constant(sql), value, "{sql}");
        }
        assert_eq!(length("character varying(20)"), Some(20));
        assert_eq!(length("character varying"), None);
        assert_eq!(digits("numeric(4,2)"), Some(99.995));
        assert_eq!(digits("numeric(3,0)"), Some(999.5));
        assert_eq!((digits("numeric"), digits("numeric(3,-2)")), (None, None));
    }
}
