//! The two tenants: what they may show, what they have, and what can be made up for them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::surface::{Column, Kind, Resource, Surface};

/// One of the two.
#[derive(Debug, Default)]
pub(super) struct Party {
    /// What makes a request this tenant's.
    pub(super) credentials: Vec<(String, String)>,
    /// What stands for them in a report.
    pub(super) word: &'static str,
    /// Its rows, by the path of their list.
    pub(super) rows: BTreeMap<String, Vec<Value>>,
    /// What was made for it: its own for certain, whatever the list shows.
    pub(super) made: BTreeMap<String, Vec<Value>>,
    /// What was there before anything was tried, or nothing where the list is not to be had.
    pub(super) at_first: BTreeMap<String, Vec<Value>>,
    /// The value that says whose a row is, where one does.
    pub(super) tenant: Option<Value>,
}

impl Party {
    pub(super) fn rows(&self, path: &str) -> &[Value] {
        self.rows.get(path).map_or(&[], Vec::as_slice)
    }

    /// Rows that are its own: what was made for it, or else what it sees.
    pub(super) fn own(&self, path: &str) -> &[Value] {
        let made = self.made.get(path).filter(|made| !made.is_empty());
        made.map_or_else(|| self.rows(path), Vec::as_slice)
    }

    /// Another row of this tenant's, as far as the description says what one is; `all` gives what need not be there, too.
    pub(super) fn new_row(
        &self,
        surface: &Surface,
        resource: &Resource,
        all: bool,
    ) -> Map<String, Value> {
        let mut row = Map::new();
        let columns = resource.new.as_deref().unwrap_or_default();
        let marked = columns
            .iter()
            .find(|column| matches!(column.kind, Kind::Text(_)) && !refers(surface, column));
        for column in columns {
            let reference = target(surface, column).and_then(|(path, name)| {
                // What is there already may be another's; only what cannot be left out is taken from it.
                let made = self.made.get(&path).and_then(|made| made.first());
                let row = made.or_else(|| self.rows(&path).first().filter(|_| column.required))?;
                row.get(&name).filter(|value| !value.is_null()).cloned()
            });
            let wanted =
                all || column.required || marked.is_some_and(|marked| marked.name == column.name);
            let value = match reference {
                Some(value) if wanted || column.refers.is_some() => value,
                None if wanted => made_up(&column.kind),
                _ => continue,
            };
            row.insert(column.name.clone(), value);
        }
        row
    }
}

fn refers(surface: &Surface, column: &Column) -> bool {
    target(surface, column).is_some()
}

/// The list and the column that a column refers to: as the description says, or as its name does.
pub(super) fn target(surface: &Surface, column: &Column) -> Option<(String, String)> {
    let named = |name: &str| {
        surface
            .resources
            .iter()
            .find(|resource| resource.name == name)
    };
    if let Some((table, at)) = &column.refers {
        return Some((named(table)?.path.clone(), at.clone()));
    }
    let stem = column
        .name
        .strip_suffix("_id")
        .or_else(|| column.name.strip_suffix("Id"))?;
    let plural = stem.strip_suffix('y').map(|stem| format!("{stem}ies"));
    let candidates = [
        Some(stem.to_owned()),
        Some(format!("{stem}s")),
        Some(format!("{stem}es")),
        plural,
    ];
    let resource = candidates
        .into_iter()
        .flatten()
        .find_map(|name| named(&name))?;
    let key = resource.columns.iter().find(|column| column.name == "id")?;
    Some((resource.path.clone(), key.name.clone()))
}

/// A value that was not there before, where there is room for one.
pub(super) fn made_up(kind: &Kind) -> Value {
    let random: u128 = rand::random();
    let hex = format!("{random:032x}");
    let number = random as u64;
    match kind {
        Kind::Text(longest) => {
            let text = format!("probe-{}", &hex[..24]);
            Value::String(text.chars().take(*longest).collect())
        }
        Kind::Uuid => json!(uuid(&hex)),
        Kind::Integer(least, most) => {
            // Small ones fit wherever one is, and are still far from those that are counted.
            let (least, most) = (
                (*least).max(1_000_000.min(*most)),
                (*most).min(2_000_000_000),
            );
            let span = most.saturating_sub(least).max(0).unsigned_abs() + 1;
            json!(least.saturating_add_unsigned(number % span))
        }
        Kind::Number => json!(number % 100),
        Kind::Boolean => json!(false),
        Kind::Date => json!("2030-01-02"),
        Kind::Time => json!("03:04:05"),
        Kind::Timestamp => json!("2030-01-02T03:04:05Z"),
        Kind::OneOf(values) => values
            .iter()
            .find(|value| !value.is_null())
            .cloned()
            .unwrap_or_default(),
        Kind::List => json!([]),
        Kind::Object => json!({}),
    }
}

fn uuid(hex: &str) -> String {
    format!(
        "{}-{}-4{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

/// A value of the same look that nobody has.
pub(super) fn decoy(column: &Column, value: &Value) -> Option<Value> {
    match (&column.kind, value) {
        (Kind::Uuid, Value::String(_)) => Some(made_up(&Kind::Uuid)),
        (Kind::Text(_), Value::String(text)) if text.len() >= 6 => {
            let Value::String(other) = made_up(&Kind::Text(usize::MAX)) else {
                return None;
            };
            // As long as the real one.
            let other: String = other
                .chars()
                .skip(6)
                .cycle()
                .take(text.chars().count())
                .collect();
            Some(Value::String(other))
        }
        (Kind::Integer(..), Value::Number(_)) => {
            Some(made_up(&Kind::Integer(1_000_000, i64::from(i32::MAX))))
        }
        _ => None,
    }
}

/// The text of a value as it stands in a query.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Which column says whose a row is, by path, and the two tenants' values: the pair that the most lists agree on. Values
/// that stand in the credentials decide.
pub(super) fn tenants(
    surface: &Surface,
    a: &Party,
    b: &Party,
) -> Option<(Value, Value, BTreeMap<String, String>)> {
    let mut pairs: BTreeMap<(String, String), BTreeMap<String, String>> = BTreeMap::new();
    let mut values: BTreeMap<(String, String), (Value, Value)> = BTreeMap::new();
    for resource in &surface.resources {
        for column in &resource.columns {
            let same = |party: &Party| -> Option<Value> {
                let rows = party.own(&resource.path);
                let first = rows.first()?.get(&column.name)?;
                let all = rows.iter().all(|row| row.get(&column.name) == Some(first));
                (all && (first.is_string() || first.is_number())).then(|| first.clone())
            };
            let (Some(of_a), Some(of_b)) = (same(a), same(b)) else {
                continue;
            };
            if of_a == of_b {
                continue;
            }
            let pair = (plain(&of_a), plain(&of_b));
            let known = pairs.entry(pair.clone()).or_default();
            known
                .entry(resource.path.clone())
                .or_insert_with(|| column.name.clone());
            values.insert(pair, (of_a, of_b));
        }
    }
    let shown =
        |party: &Party, value: &str| party.credentials.iter().any(|(_, known)| known == value);
    let named = |columns: &BTreeMap<String, String>| {
        let words = [
            "tenant",
            "org",
            "account",
            "company",
            "customer",
            "workspace",
        ];
        columns.values().any(|column| {
            words
                .iter()
                .any(|word| column.to_ascii_lowercase().contains(word))
        })
    };
    let rank = |(pair, columns): &(&(String, String), &BTreeMap<String, String>)| {
        (
            shown(a, &pair.0) && shown(b, &pair.1),
            columns.len(),
            named(columns),
        )
    };
    let (pair, columns) = pairs
        .iter()
        .filter(|(pair, columns)| {
            columns.len() > 1 || named(columns) || (shown(a, &pair.0) && shown(b, &pair.1))
        })
        .max_by_key(rank)?;
    let (of_a, of_b) = values.get(pair)?.clone();
    Some((of_a, of_b, columns.clone()))
}

/// What only `b` knows: texts and ids of its rows that are long enough not to be met by chance, each with where it stands.
pub(super) fn secrets(
    surface: &Surface,
    a: &Party,
    b: &Party,
    public: &str,
) -> BTreeMap<String, String> {
    let known: BTreeSet<String> = a.rows.values().flatten().flat_map(scalars).collect();
    let tenant = b.tenant.as_ref().map(plain);
    let mut secrets = BTreeMap::new();
    for resource in &surface.resources {
        for column in &resource.columns {
            if !matches!(column.kind, Kind::Text(_) | Kind::Uuid) {
                continue;
            }
            for row in b.own(&resource.path) {
                let Some(Value::String(text)) = row.get(&column.name) else {
                    continue;
                };
                let met = known.contains(text)
                    || Some(text) == tenant.as_ref()
                    || public.contains(text.as_str());
                if text.len() >= 8 && !met {
                    secrets.insert(text.clone(), format!("{}.{}", resource.path, column.name));
                }
            }
        }
    }
    secrets
}

fn scalars(row: &Value) -> Vec<String> {
    let members = row.as_object().into_iter().flat_map(Map::values);
    members
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// A column that tells `b`'s rows apart, and a value in it that `a` does not have.
pub(super) fn key(
    resource: &Resource,
    b: &Party,
    a: &Party,
    not: Option<&str>,
) -> Option<(Column, Value)> {
    let usable = |column: &&Column| {
        Some(column.name.as_str()) != not
            && matches!(column.kind, Kind::Uuid | Kind::Integer(..) | Kind::Text(_))
    };
    let mut columns: Vec<&Column> = resource.columns.iter().filter(usable).collect();
    columns.sort_by_key(|column| {
        (
            column.name != "id",
            column.refers.is_some(),
            !matches!(column.kind, Kind::Uuid),
        )
    });
    columns.into_iter().find_map(|column| {
        let of = |rows: &[Value]| -> Vec<Value> {
            rows.iter()
                .filter_map(|row| row.get(&column.name).filter(|value| !value.is_null()))
                .cloned()
                .collect()
        };
        let (mine, theirs) = (of(b.own(&resource.path)), of(a.rows(&resource.path)));
        let distinct: BTreeSet<String> = mine.iter().map(plain).collect();
        let foreign = mine.iter().find(|value| !theirs.contains(value))?;
        let told_apart = distinct.len() == mine.len() && decoy(column, foreign).is_some();
        told_apart.then(|| (column.clone(), foreign.clone()))
    })
}
