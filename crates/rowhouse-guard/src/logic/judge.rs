//! Whose a row turned out to be in the world one run made up.

use std::collections::BTreeSet;

use rowhouse_catalog::Oid;

use super::Decider;
use super::machine::{Machine, class_of_column};
use super::run::{Place, Row};
use super::value::{Class, Leaf, Value, uuid};
use super::verdict::{Action, Refutation, Why};
use crate::RowOwner;

/// What one run found of one row.
pub(super) enum Outcome {
    /// It is the session's own.
    Own {
        bound_by: Option<String>,
        trusts: Option<Oid>,
    },
    Foreign(Box<Refutation>),
    /// It is another's if what was not understood holds.
    Unclear(BTreeSet<String>),
}

impl Machine<'_, '_> {
    /// Whose row it turned out to be.
    pub(super) fn judge(&mut self, row: usize, role: Oid, action: Action) -> Outcome {
        let owner = self.owner_value(row, 0);
        if owner
            .as_ref()
            .is_some_and(|owner| self.is_nobodys(row, owner))
        {
            return Outcome::Own {
                bound_by: None,
                trusts: None,
            };
        }
        let is_new = matches!(action, Action::Insert | Action::UpdateNew);
        let own = self
            .bound_to(row, owner.as_ref())
            .or_else(|| self.own_membership(row).filter(|_| !is_new));
        if let Some(leaf) = own {
            return Outcome::Own {
                bound_by: Some(leaf.describe()),
                trusts: None,
            };
        }
        let mut why = Why::Passes;
        for table in self.memberships_of(row) {
            if self.decider.is_trusted(table, self.login) {
                return Outcome::Own {
                    bound_by: None,
                    trusts: Some(table),
                };
            }
            why = Why::TrustsTable(table);
        }
        if !self.run.mysteries.is_empty() {
            return Outcome::Unclear(self.run.mysteries.clone());
        }
        let name = self
            .catalog()
            .role_by_oid(role)
            .map(|role| role.name.clone());
        if self.run.role_name && owner.as_ref().and_then(Value::text) == name {
            why = Why::RoleName;
        }
        Outcome::Foreign(Box::new(self.refutation(row, owner, why)))
    }

    fn refutation(&self, row: usize, owner: Option<Value>, why: Why) -> Refutation {
        let mut given: Vec<String> = self.run.given.iter().cloned().collect();
        for (&column, value) in &self.run.rows[row].columns {
            if !self.says_whose((row, column)) && !matches!(value, Value::Unclear { .. }) {
                let name = self.column_name((row, column));
                given.push(match value {
                    Value::Null => format!("{name} IS NULL"),
                    value => format!("{name} = {}", value.describe()),
                });
            }
        }
        let session = self.run.session.iter().map(|(leaf, value)| {
            let said = match value {
                Value::Null => "(not set)".into(),
                value => value.describe(),
            };
            (leaf.describe(), said)
        });
        Refutation {
            why,
            policies: self.run.policy.into_iter().collect(),
            row_tenant: owner.map_or_else(|| "any other tenant".into(), |owner| owner.describe()),
            session: session.collect(),
            given,
            asked: self.asked_of(row),
        }
    }

    /// The columns of a row that were found equal to an argument or to something of the session.
    fn asked_of(&self, row: usize) -> Vec<String> {
        let of_arguments = |&(other, _): &Place| self.run.rows[other].is_of_arguments();
        let links = self.run.links.iter();
        let both_ways = links.flat_map(|&(left, right)| [(left, right), (right, left)]);
        let arguments = both_ways
            .filter(|(_, other)| of_arguments(other))
            .map(|(here, _)| here);
        let session = self.run.of_session.iter().copied();
        let asked = arguments.chain(session).filter(|place| place.0 == row);
        asked.map(|place| self.column_name(place)).collect()
    }

    pub(super) fn tenant_class(&self, relation: Oid, depth: usize) -> Option<Class> {
        match self.owner_of(relation)? {
            RowOwner::Column(column) => Some(class_of_column(self.catalog(), relation, *column)),
            RowOwner::Parent { parent, .. } if depth < 16 => self.tenant_class(*parent, depth + 1),
            RowOwner::Parent { .. } => None,
        }
    }

    /// The tenant a row belongs to, as far as it was made up.
    fn owner_value(&self, row: usize, depth: usize) -> Option<Value> {
        let found = &self.run.rows[row];
        match self.owner_of(found.relation)? {
            RowOwner::Column(column) => match found.columns.get(column) {
                Some(value) => Some(value.clone()),
                None => self.run.implied((row, *column), self.catalog()),
            },
            RowOwner::Parent {
                columns,
                parent,
                parent_columns,
            } => {
                if depth > 16 {
                    return None;
                }
                let is_parent = |other: &Row| {
                    other.relation == *parent
                        && columns.iter().zip(parent_columns).all(|(from, to)| {
                            let value = found.columns.get(from);
                            value.is_some()
                                && value != Some(&Value::Null)
                                && value == other.columns.get(to)
                        })
                };
                let rows = self.run.rows.iter().enumerate();
                rows.filter(|(at, other)| *at != row && is_parent(other))
                    .find_map(|(at, _)| self.owner_value(at, depth + 1))
            }
        }
    }

    /// The part of the session a row's tenant is equal to.
    fn bound_to(&self, row: usize, owner: Option<&Value>) -> Option<Leaf> {
        let owner = owner.filter(|owner| !matches!(owner, Value::Null | Value::Unclear { .. }))?;
        let class = self.tenant_class(self.run.rows[row].relation, 0);
        let folds = class == Some(Class::Folded) && !self.root_tells_case_apart();
        let same = |text: &str| is_same_tenant(owner, text, folds);
        let said = self.run.session.iter().filter_map(|(leaf, value)| {
            let text = value.text()?;
            Some((leaf, text))
        });
        let derived = self.run.derived.iter();
        let derived = derived.map(|(leaf, text)| (leaf, text.clone()));
        said.chain(derived)
            .find(|(leaf, text)| self.decider.carries_tenant(leaf) && same(text))
            .map(|(leaf, _)| leaf.clone())
    }

    /// No tenant is called nothing, zero or minus one: such rows are seen where the session has no tenant, or a part of
    /// it that is empty.
    fn is_nobodys(&self, row: usize, owner: &Value) -> bool {
        let says_nothing = |(leaf, said): (&Leaf, &Value)| {
            let nothing = *said == Value::Null || said.text().is_some_and(|text| text.is_empty());
            nothing && self.decider.carries_tenant(leaf)
        };
        let is_text = matches!(owner, Value::Text(text) if text.is_empty());
        let is_nobody = match owner {
            Value::Int(number) => *number <= 0,
            Value::Uuid(digits) => digits.chars().all(|digit| matches!(digit, '0' | '-')),
            _ => is_text,
        };
        let mut of_session = self.run.of_session.iter();
        let is_part = of_session.any(|&place| place.0 == row && self.says_whose(place));
        is_text && is_part || is_nobody && self.run.session.iter().any(says_nothing)
    }

    fn root_tells_case_apart(&self) -> bool {
        self.decider
            .model
            .root
            .is_some_and(|root| !matches!(self.tenant_class(root, 0), Some(Class::Folded) | None))
    }
}

impl Decider<'_> {
    /// Whether a part of the session says which tenant is asking.
    fn carries_tenant(&self, leaf: &Leaf) -> bool {
        // PostgREST writes the same claims in one setting, older ones in one each.
        let family = |name: &str| {
            if name.starts_with("request.jwt.claim") {
                "request.jwt.claims".to_owned()
            } else {
                name.to_lowercase()
            }
        };
        let settings = &self.model.settings;
        // What the server calls a session is no tenant's name.
        if leaf.setting.ends_with("()") {
            return false;
        }
        settings.is_empty()
            || settings
                .iter()
                .any(|setting| family(&setting.name) == family(&leaf.setting))
    }
}

fn is_same_tenant(owner: &Value, text: &str, folds: bool) -> bool {
    match owner {
        Value::Uuid(owner) => uuid(text).as_ref() == Some(owner),
        Value::Int(owner) => text.trim().parse() == Ok(*owner),
        Value::Folded(owner) if folds => owner.to_lowercase() == text.to_lowercase(),
        Value::Padded(owner) => owner.trim_end_matches(' ') == text.trim_end_matches(' '),
        other => other.text().as_deref() == Some(text),
    }
}
