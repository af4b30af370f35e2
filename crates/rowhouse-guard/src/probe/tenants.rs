//! The tenants of the copy: two, those whose ids nearly look alike, and those that the database's texts name.

use rowhouse_catalog::{Catalog, Column, Oid, Shape, quote_ident};

use super::words::Words;
use crate::{Model, RowOwner};

/// Somebody with rows, and the values that are its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tenant {
    /// The tenant's id as text.
    pub(super) id: String,
    uuid: String,
    number: i64,
    text: String,
    /// Its place among all, which keeps made-up values apart.
    place: i64,
    /// It is told apart by several columns together.
    pub(super) is_namesake: bool,
}

const UUIDS: [&str; 2] = [
    "aaaaaaaa-0000-4000-8000-00000000000a",
    "bbbbbbbb-0000-4000-8000-00000000000b",
];
const NEAR_UUIDS: [&str; 2] = [
    "aaaaaaaa-0000-4000-8000-00000000000c",
    "caaaaaaa-0000-4000-8000-00000000000a",
];
const TEXTS: [&str; 2] = ["acme", "blue"];
/// `{}` is the first tenant's id, `^` its last letter. Each is the same as another in some comparison that is nearly right: without case, blanks or
/// padding, by pattern, by its beginning or end, taken apart, cut off.
const NEAR_TEXTS: [&str; 14] = [
    "Acme",
    "ACME",
    "{}2",
    "{}-1",
    "acm_",
    "^{}",
    "{} ",
    " {}",
    "{},blue",
    "-{}-",
    "{}-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-a",
    "{}-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-b",
    "a-0123456789-0123456789-{}",
    "b-0123456789-0123456789-{}",
];
/// How many of them a login can be called.
const NEAR_LOGINS: [&str; 3] = ["{}_2", "{}2", "x{}"];
/// Numbers that begin or end alike, however much is cut off, and that are one as a `real`.
const WIDE_NUMBERS: [&str; 3] = ["1000000001", "1000000002", "2000000001"];
/// How many tenants are taken from the database's own texts.
const NAMED: usize = 4;
/// How many are taken from the bounds of partitions.
const MOST_BOUND: usize = 8;

/// What tenant ids are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Number,
    Text,
}

/// The type of the tenants' ids: that of the root's key, else of the first tenant column.
pub(super) fn kind(model: &Model<'_>) -> Kind {
    let root = model.root.and_then(|root| column_type(model, root));
    let first = || {
        model
            .tenant_tables()
            .find_map(|(table, _)| column_type(model, table.oid))
    };
    root.or_else(first)
        .map_or(Kind::Uuid, |oid| kind_of(model.catalog, oid))
}

fn column_type(model: &Model<'_>, table: Oid) -> Option<Oid> {
    match model.row_owner(table)? {
        RowOwner::Column(number) => Some(
            model
                .catalog
                .relation_by_oid(table)?
                .column_at(*number)?
                .type_oid,
        ),
        RowOwner::Parent { .. } => None,
    }
}

/// Domains are what they narrow.
pub(super) fn kind_of(catalog: &Catalog, oid: Oid) -> Kind {
    match base_name(catalog, oid) {
        "uuid" => Kind::Uuid,
        "int2" | "int4" | "int8" | "numeric" => Kind::Number,
        _ => Kind::Text,
    }
}

/// The name of a type in the catalogs, behind domains.
pub(super) fn base_name(catalog: &Catalog, oid: Oid) -> &str {
    match catalog.type_of(oid) {
        Some(found) => match &found.shape {
            Shape::Domain(domain) => base_name(catalog, domain.base),
            _ => &found.name,
        },
        None => "text",
    }
}

/// All of them: who attacks, who is attacked, and others.
pub(super) fn choose(model: &Model<'_>, words: &Words) -> Vec<Tenant> {
    let kind = kind(model);
    let mut ids: Vec<String> = match kind {
        Kind::Uuid => UUIDS.iter().map(|id| (*id).to_owned()).collect(),
        Kind::Number => vec!["1".to_owned(), "2".to_owned()],
        Kind::Text if model.login_per_tenant => roles(model),
        Kind::Text => TEXTS.iter().map(|id| (*id).to_owned()).collect(),
    };
    let fits = |word: &&String| match kind {
        Kind::Uuid => is_uuid(word),
        Kind::Number => word
            .parse::<i64>()
            .is_ok_and(|number| number.abs() < 1 << 31),
        Kind::Text => {
            !word.is_empty()
                && word.len() < 30
                && word
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        }
    };
    // Where partitions are tenants' own, only those they are made for can have rows.
    let bound: Vec<String> = partitions(model)
        .into_iter()
        .filter(|id| fits(&id))
        .collect();
    for (place, id) in bound.iter().take(2).enumerate() {
        if !ids.contains(id) && !model.login_per_tenant {
            ids[place].clone_from(id);
        }
    }
    let columns = model.tenant_columns.iter();
    let compared = columns.filter_map(|name| words.compared.get(&name.to_ascii_lowercase()));
    let root_key = model
        .root
        .and_then(|root| words.compared.get(key_name(model, root)?.as_str()));
    let constants = words.constants.iter();
    let numbers = compared
        .chain(root_key)
        .flatten()
        .filter(|_| kind == Kind::Number);
    let named: Vec<String> = constants
        .chain(numbers)
        .filter(fits)
        .take(NAMED)
        .cloned()
        .collect();
    let near: Vec<String> = match kind {
        Kind::Uuid => NEAR_UUIDS.iter().map(|id| (*id).to_owned()).collect(),
        Kind::Number => near_numbers(&ids[0]),
        Kind::Text if model.login_per_tenant => near(&NEAR_LOGINS, &ids[0]),
        Kind::Text => near(&NEAR_TEXTS, &ids[0]),
    };
    let same = sameness(model);
    for id in bound.into_iter().chain(named).chain(near) {
        if !ids.iter().any(|known| same(known) == same(&id)) {
            ids.push(id);
        }
    }
    // Somebody who is no tenant yet comes last.
    ids.push(match kind {
        Kind::Uuid => "ffffffff-0000-4000-8000-00000000000f".to_owned(),
        Kind::Number => "31".to_owned(),
        Kind::Text => "zenith".to_owned(),
    });
    ids.into_iter()
        .enumerate()
        .map(|(place, id)| Tenant::new(kind, place, id))
        .collect()
}

/// The name of the column that is the key of the table of tenants.
fn key_name(model: &Model<'_>, root: Oid) -> Option<String> {
    let RowOwner::Column(number) = model.row_owner(root)? else {
        return None;
    };
    let root = model.catalog.relation_by_oid(root)?;
    Some(root.column_at(*number)?.name.to_ascii_lowercase())
}

/// What is left of an id where the type of a tenant column takes two for one: there they are one tenant by design.
fn sameness(model: &Model<'_>) -> impl Fn(&str) -> String + use<> {
    // Where there is a table of tenants, its key decides; a column of another type is a hole.
    let tables = model.tenant_tables();
    let tables = tables.filter(|(table, _)| model.root.is_none_or(|root| root == table.oid));
    let columns: Vec<_> = tables
        .filter_map(|(table, owner)| match owner {
            RowOwner::Column(number) => table.column_at(*number),
            RowOwner::Parent { .. } => None,
        })
        .collect();
    let pads = |column: &&Column| base_name(model.catalog, column.type_oid) == "bpchar";
    let folds = |column: &&Column| {
        let mut collations = model.catalog.collations.iter();
        base_name(model.catalog, column.type_oid) == "citext"
            || collations.any(|known| Some(known.oid) == column.collation && !known.deterministic)
    };
    let pads = !columns.is_empty() && columns.iter().all(pads);
    let folds = !columns.is_empty() && columns.iter().all(folds);
    move |id| {
        let id = if pads { id.trim_end() } else { id };
        if folds {
            id.to_lowercase()
        } else {
            id.to_owned()
        }
    }
}

/// The ids that list partitions of tables by tenant are made for.
fn partitions(model: &Model<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (table, _) in model.tenant_tables() {
        let owner = model
            .tenant_column(table.oid)
            .and_then(|number| table.column_at(number));
        let by_tenant = owner.is_some_and(|owner| {
            let key = table.partition_key.as_deref().unwrap_or_default();
            key.starts_with("LIST") && key.contains(quote_ident(&owner.name).as_str())
        });
        if !by_tenant {
            continue;
        }
        let children = model.catalog.children(table.oid).iter();
        let children = children.filter_map(|&oid| model.catalog.relation_by_oid(oid));
        let bounds = children.filter_map(|child| child.partition_bound.as_deref());
        found.extend(bounds.filter_map(Words::first_bound));
    }
    found.truncate(MOST_BOUND);
    found
}

/// Numbers that are the same as this one in some comparison that is nearly right: by their digits, by their lower bits.
fn near_numbers(id: &str) -> Vec<String> {
    let number: i64 = id.parse().unwrap_or(1);
    let by_digits = [format!("{id}1"), format!("{id}2"), format!("{id}0{id}")];
    let by_bits = [number + 65_536, number | (number + 1)].map(|number| number.to_string());
    let wide = WIDE_NUMBERS.map(str::to_owned);
    by_digits.into_iter().chain(by_bits).chain(wide).collect()
}

fn near(forms: &[&str], id: &str) -> Vec<String> {
    let last = last_letter(id);
    let forms = forms.iter();
    forms
        .map(|form| form.replace("{}", id).replace('^', &last))
        .collect()
}

fn last_letter(text: &str) -> String {
    text.chars().last().map(String::from).unwrap_or_default()
}

fn roles(model: &Model<'_>) -> Vec<String> {
    let roles = model.app_roles.iter();
    let mut names: Vec<String> = roles
        .filter_map(|&oid| Some(model.catalog.role_by_oid(oid)?.name.clone()))
        .collect();
    names.extend(TEXTS.iter().map(|name| (*name).to_owned()));
    names.truncate(2.max(model.app_roles.len()));
    names
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

impl Tenant {
    fn new(kind: Kind, place: usize, id: String) -> Self {
        let at = i64::try_from(place).unwrap_or(i64::MAX);
        let uuid = match kind {
            Kind::Uuid => id.clone(),
            _ => UUIDS.get(place).map_or_else(
                || format!("d{at:07x}-0000-4000-8000-00000000000d"),
                |id| (*id).to_owned(),
            ),
        };
        let number = match kind {
            Kind::Number => id.parse().unwrap_or(at + 1),
            _ => at + 1,
        };
        let text = match kind {
            Kind::Text => id.clone(),
            _ => TEXTS
                .get(place)
                .map_or_else(|| format!("tenant{at}"), |text| (*text).to_owned()),
        };
        Self {
            id,
            uuid,
            number,
            text,
            place: at,
            is_namesake: false,
        }
    }

    /// Whether its id is another's behind that one's last letter: put together with what stands before, both are one.
    pub(super) fn begins_with_the_end_of(&self, other: &Self) -> bool {
        self.id == last_letter(&other.id) + &other.id
    }

    /// Whether its id is long enough to be cut off at either end.
    pub(super) fn is_wide(&self) -> bool {
        WIDE_NUMBERS[0] == self.id
    }

    /// Somebody who shares one part of a key of several columns with another, and nothing else.
    pub(super) fn namesake(model: Kind, shared: Kind, of: &Self, place: usize) -> Self {
        let fresh = match model {
            Kind::Uuid => format!("9{place:07x}-0000-4000-8000-000000000009"),
            Kind::Number => (40 + place).to_string(),
            Kind::Text => format!("namesake{place}"),
        };
        let id = if model == shared {
            of.id.clone()
        } else {
            fresh
        };
        let mut found = Self::new(model, place, id);
        match shared {
            Kind::Uuid => found.uuid.clone_from(&of.uuid),
            Kind::Number => found.number = of.number,
            Kind::Text => found.text.clone_from(&of.text),
        }
        found.is_namesake = true;
        found
    }

    /// Nobody in particular: whose rows all tenants share.
    pub(super) fn nobody() -> Self {
        Self {
            id: String::new(),
            uuid: "eeeeeeee-0000-4000-8000-00000000000e".to_owned(),
            number: 7,
            text: "shared".to_owned(),
            place: 90,
            is_namesake: false,
        }
    }

    /// A uuid of its own; another one for each `row`, and the same for the same.
    pub(super) fn uuid(&self, row: usize) -> String {
        match row {
            0 => self.uuid.clone(),
            _ => format!("{}-{row:04x}{}", &self.uuid[..8], &self.uuid[13..]),
        }
    }

    /// The same as a number.
    pub(super) fn number(&self, row: usize) -> i64 {
        match i64::try_from(row) {
            Ok(0) | Err(_) => self.number,
            Ok(row) => (self.place + 2) * 200 + row,
        }
    }

    /// The same as a text of at most so many letters.
    pub(super) fn text(&self, row: usize, most: usize) -> String {
        let whole = match row {
            0 => self.text.clone(),
            _ => format!("{}-{row}", self.text),
        };
        if whole.len() <= most {
            return whole;
        }
        // Short codes: as many as there are letters for.
        let mut number = usize::try_from(self.place).unwrap_or(0) * 41 + row;
        let mut short = String::new();
        for _ in 0..most {
            short.insert(0, char::from(b'A' + u8::try_from(number % 26).unwrap_or(0)));
            number /= 26;
        }
        short
    }
}
