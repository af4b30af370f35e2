//! The small table of cases over which conditions are evaluated.

use std::collections::BTreeSet;

use super::value::{Class, Value};

const UUIDS: [&str; 2] = [
    "aaaaaaaa-0000-4000-8000-00000000000a",
    "bbbbbbbb-0000-4000-8000-00000000000b",
];
/// The first one's near misses: another end, another beginning.
const NEAR_UUIDS: [&str; 2] = [
    "aaaaaaaa-0000-4000-8000-00000000000c",
    "caaaaaaa-0000-4000-8000-00000000000a",
];
const INTS: [i128; 2] = [1, 2];
/// The last three begin or end alike, however much is cut off that anybody cuts.
const NEAR_INTS: [i128; 8] = [
    11,
    12,
    101,
    65537,
    -1,
    1_000_000_001,
    1_000_000_002,
    2_000_000_001,
];
const TEXTS: [&str; 2] = ["acme", "blue"];
/// Near misses in case, prefix, padding, wildcard and, past any cut, at either end.
const NEAR_TEXTS: [&str; 11] = [
    "Acme",
    "acme2",
    "acme-1",
    "acme ",
    " acme",
    "acm_",
    "xacme",
    "a-tenant-with-a-name-longer-than-any-cut-that-anybody-makes-1",
    "a-tenant-with-a-name-longer-than-any-cut-that-anybody-makes-2",
    "1-is-a-tenant-with-a-name-longer-than-any-cut-that-anybody-makes",
    "2-is-a-tenant-with-a-name-longer-than-any-cut-that-anybody-makes",
];

/// What the condition at hand makes worth trying. It grows while conditions are evaluated, and then the search
/// begins anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cases {
    /// Constants of the condition.
    pub(super) texts: BTreeSet<String>,
    pub(super) ints: BTreeSet<i128>,
    /// The types tenants and casts have.
    pub(super) classes: BTreeSet<Class>,
    /// Texts or numbers are transformed before they are compared: near misses count.
    pub(super) near: bool,
}

impl Cases {
    /// What a column of a class can hold, nulls aside.
    pub(super) fn column(&self, class: Class) -> Vec<Value> {
        match class {
            Class::Bool => vec![Value::Bool(true), Value::Bool(false)],
            Class::Int => {
                let near = if self.near { &NEAR_INTS[..] } else { &[] };
                let mut all: Vec<i128> = INTS.iter().chain(near).copied().collect();
                for &constant in &self.ints {
                    let around = if self.near { &[0, 1, 2][..] } else { &[0][..] };
                    all.extend(around.iter().map(|step| constant.saturating_add(*step)));
                }
                unique(all).into_iter().map(Value::Int).collect()
            }
            Class::Uuid => {
                let near = if self.near { &NEAR_UUIDS[..] } else { &[] };
                let constants = self
                    .texts
                    .iter()
                    .filter_map(|text| super::value::uuid(text));
                let plain = UUIDS.iter().chain(near).map(|&text| text.to_owned());
                unique(plain.chain(constants).collect())
                    .into_iter()
                    .map(Value::Uuid)
                    .collect()
            }
            Class::Text | Class::Folded | Class::Padded => {
                let wrap = match class {
                    Class::Folded => Value::Folded,
                    Class::Padded => Value::Padded,
                    _ => Value::Text,
                };
                let near = if self.near || class == Class::Folded {
                    &NEAR_TEXTS[..]
                } else {
                    &[]
                };
                let plain = TEXTS.iter().chain(near).map(|&text| text.to_owned());
                unique(plain.chain(self.texts.iter().cloned()).collect())
                    .into_iter()
                    .map(wrap)
                    .collect()
            }
            Class::Json | Class::Array | Class::Other => Vec::new(),
        }
    }

    /// What a setting can say, when it says something.
    pub(super) fn setting(&self) -> Vec<String> {
        let mut all = vec![String::new()];
        for &class in &self.classes {
            all.extend(self.column(class).iter().filter_map(Value::text));
        }
        all.extend(self.texts.iter().cloned());
        all.extend(self.ints.iter().map(ToString::to_string));
        unique(all)
    }
}

fn unique<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}
