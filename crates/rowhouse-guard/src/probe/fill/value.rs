//! A value of a type, made up for a tenant and a row: the same each time.

use rowhouse_catalog::{Catalog, Oid, Shape};

use crate::probe::tenants::Tenant;

/// The text form of a value; the server reads it as the column's type.
pub(crate) fn made_up(
    catalog: &Catalog,
    oid: Oid,
    modifier: i32,
    of: &Tenant,
    row: usize,
) -> String {
    let Some(data_type) = catalog.type_of(oid) else {
        return of.text(row, usize::MAX);
    };
    match &data_type.shape {
        Shape::Domain(domain) => {
            let length = length_in(&domain.formatted_base).map_or(-1, |length| length + 4);
            made_up(catalog, domain.base, length, of, row)
        }
        Shape::Enum { labels } => labels.first().cloned().unwrap_or_default(),
        Shape::Array { element } => {
            let element = made_up(catalog, *element, -1, of, row);
            format!(
                "{{\"{}\"}}",
                element.replace('\\', "\\\\").replace('"', "\\\"")
            )
        }
        Shape::Range { subtype } => range(catalog, *subtype, of, row),
        Shape::Multirange { range: of_type } => match catalog
            .type_of(*of_type)
            .map(|found| &found.shape)
        {
            Some(Shape::Range { subtype }) => format!("{{{}}}", range(catalog, *subtype, of, row)),
            _ => "{}".to_owned(),
        },
        Shape::Composite { attributes, .. } => {
            let fields = attributes.iter().map(|field| {
                let value = made_up(catalog, field.type_oid, field.type_modifier, of, row);
                format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
            });
            format!("({})", fields.collect::<Vec<_>>().join(","))
        }
        Shape::Base | Shape::Pseudo => base(&data_type.name, modifier, of, row),
    }
}

fn base(name: &str, modifier: i32, of: &Tenant, row: usize) -> String {
    let number = of.number(row);
    match name {
        "uuid" => of.uuid(row),
        "int2" => (number.rem_euclid(32_000)).to_string(),
        "int4" | "int8" | "oid" | "float4" | "float8" | "money" => number.to_string(),
        "numeric" => numeric(number, modifier),
        "bool" => "true".to_owned(),
        "date" => day(number, row),
        "timestamp" | "timestamptz" => format!("{} 12:00:00", day(number, row)),
        "time" | "timetz" => "12:00:00".to_owned(),
        "interval" => "1 day".to_owned(),
        "json" | "jsonb" => format!("{{\"of\": \"{}\"}}", of.text(row, usize::MAX)),
        "bytea" => format!("\\x{number:08x}"),
        "inet" | "cidr" => format!("10.0.{}.{}", number.rem_euclid(250), row % 250),
        "macaddr" => format!(
            "08:00:2b:00:{:02x}:{:02x}",
            number.rem_euclid(250),
            row % 250
        ),
        "point" => format!("({number},{row})"),
        "box" | "lseg" => format!("(({number},{row}),({},{}))", number + 1, row + 1),
        "path" | "polygon" => format!("(({number},{row}),({},{row}))", number + 1),
        "line" => format!("{{1,{number},{row}}}"),
        "circle" => format!("<({number},{row}),1>"),
        "macaddr8" => format!(
            "08:00:2b:00:00:00:{:02x}:{:02x}",
            number.rem_euclid(250),
            row % 250
        ),
        "pg_lsn" => format!("0/{number:X}"),
        "tsvector" | "tsquery" => format!("'of{}'", number.rem_euclid(100_000)),
        "jsonpath" => "$".to_owned(),
        "regclass" => "pg_class".to_owned(),
        "regtype" => "text".to_owned(),
        "bit" | "varbit" => "1".repeat(usize::try_from(modifier).unwrap_or(1).max(1)),
        "xml" => format!("<of>{}</of>", of.text(row, usize::MAX)),
        "hstore" => format!("\"of\"=>\"{}\"", of.text(row, usize::MAX)),
        "ltree" => of.text(row, usize::MAX).replace(['-', '.'], "_"),
        "char" => of.text(row, 1),
        "bpchar" | "varchar" => {
            let most = usize::try_from(modifier - 4).unwrap_or(usize::MAX);
            of.text(row, most)
        }
        "name" => of.text(row, 60),
        _ => of.text(row, usize::MAX),
    }
}

/// A number that fits the digits a column has.
fn numeric(number: i64, modifier: i32) -> String {
    if modifier < 4 {
        return number.to_string();
    }
    let packed = modifier - 4;
    let (precision, scale) = (packed >> 16, packed & 0x7ff);
    let digits = u32::try_from((precision - scale).clamp(0, 15)).unwrap_or(0);
    (number.rem_euclid(10_i64.pow(digits).max(1))).to_string()
}

/// Values on both sides of one that something is compared with.
pub(crate) fn beside(base: &str, value: &str) -> Vec<String> {
    match base {
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => {
            let number: Option<i64> = value.parse().ok();
            let both = number.map(|number| [number + 1, number - 1]);
            both.into_iter()
                .flatten()
                .map(|number| number.to_string())
                .collect()
        }
        "date" | "timestamp" | "timestamptz" => next_day(value).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The day after a moment that begins with its date.
pub(crate) fn next_day(moment: &str) -> Option<String> {
    let date = moment.get(..10)?;
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else {
        return None;
    };
    let numbers = (
        year.parse::<u32>(),
        month.parse::<u32>(),
        day.parse::<u32>(),
    );
    let (Ok(year), Ok(month), Ok(day)) = numbers else {
        return None;
    };
    Some(if day < 28 {
        format!("{year:04}-{month:02}-{:02}", day + 1)
    } else if month < 12 {
        format!("{year:04}-{:02}-01", month + 1)
    } else {
        format!("{:04}-01-01", year + 1)
    })
}

fn day(number: i64, row: usize) -> String {
    let month = number.rem_euclid(12) + 1;
    format!("2024-{month:02}-{:02}", row % 28 + 1)
}

/// Ranges of different rows do not overlap.
fn range(catalog: &Catalog, subtype: Oid, of: &Tenant, row: usize) -> String {
    let name = catalog
        .type_of(subtype)
        .map_or("int4", |found| found.name.as_str());
    let step = of.number(0).rem_euclid(500) * 50 + i64::try_from(row).unwrap_or(0);
    match name {
        "date" | "timestamp" | "timestamptz" => {
            let year = 2000 + step / 300;
            let (month, day) = ((step % 300) / 25 + 1, step % 25 + 1);
            format!(
                "[{year:04}-{month:02}-{day:02},{year:04}-{month:02}-{:02})",
                day + 1
            )
        }
        _ => format!("[{},{})", step * 10, step * 10 + 5),
    }
}

/// The length in `character varying(36)`.
fn length_in(formatted: &str) -> Option<i32> {
    let (_, rest) = formatted.split_once('(')?;
    rest.split([')', ',']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_each_other() {
        assert_eq!(
            next_day("2025-01-01 00:00:00+00").as_deref(),
            Some("2025-01-02")
        );
        assert_eq!(next_day("2025-12-31").as_deref(), Some("2026-01-01"));
        assert_eq!(next_day("2024"), None);
    }
}
