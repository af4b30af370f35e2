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
