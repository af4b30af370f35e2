//! Puts together what was read apart.

use std::collections::HashSet;

use crate::columns::Column;
use crate::constraints::Constraint;
use crate::foreign::ForeignTable;
use crate::indexes::Index;
use crate::oid::Oid;
use crate::policies::Policy;
use crate::publications::PublishedTable;
use crate::section::{Of, grouped};
use crate::sequences::Sequence;
use crate::snapshot::Snapshot;
use crate::triggers::{Rule, Trigger};
use crate::types::{DataType, DomainCheck, Shape};

/// Rows that belong to a relation or a type.
pub(crate) struct Hung {
    pub(crate) columns: Vec<Of<Column>>,
    pub(crate) constraints: Vec<Of<Constraint>>,
    pub(crate) indexes: Vec<Of<Index>>,
    pub(crate) policies: Vec<Of<Policy>>,
    pub(crate) triggers: Vec<Of<Trigger>>,
    pub(crate) rules: Vec<Of<Rule>>,
    pub(crate) sequences: Vec<Of<Sequence>>,
    pub(crate) foreign_tables: Vec<Of<ForeignTable>>,
    pub(crate) domain_checks: Vec<Of<DomainCheck>>,
    pub(crate) published_tables: Vec<Of<PublishedTable>>,
}

/// Hangs each item on the relation or type it belongs to.
pub(crate) fn hang(snapshot: &mut Snapshot, hung: Hung) {
    let mut columns = grouped(hung.columns);
    let mut constraints = grouped(hung.constraints);
    let mut indexes = grouped(hung.indexes);
    let mut policies = grouped(hung.policies);
    let mut triggers = grouped(hung.triggers);
    let mut rules = grouped(hung.rules);
    let mut sequences = grouped(hung.sequences);
    let mut foreign_tables = grouped(hung.foreign_tables);
    let mut domain_checks = grouped(hung.domain_checks);
    let mut published_tables = grouped(hung.published_tables);

    for relation in &mut snapshot.relations {
        let oid = relation.oid;
        relation.columns = columns.remove(&oid).unwrap_or_default();
        for constraint in constraints.remove(&oid).unwrap_or_default() {
            match constraint {
                Constraint::Primary(key) => relation.primary_key = Some(key),
                Constraint::Unique(key) => relation.unique.push(key),
                Constraint::Foreign(key) => relation.foreign_keys.push(key),
                Constraint::Check(check) => relation.checks.push(check),
                Constraint::Exclusion(exclusion) => relation.exclusions.push(exclusion),
            }
        }
        relation.indexes = indexes.remove(&oid).unwrap_or_default();
        relation.policies = policies.remove(&oid).unwrap_or_default();
        relation.triggers = triggers.remove(&oid).unwrap_or_default();
        relation.rules = rules.remove(&oid).unwrap_or_default();
        relation.sequence = sequences.remove(&oid).and_then(|mut found| found.pop());
        relation.foreign = foreign_tables
            .remove(&oid)
            .and_then(|mut found| found.pop());
    }
    for publication in &mut snapshot.publications {
        publication.tables = published_tables
            .remove(&publication.oid)
            .unwrap_or_default();
    }
    for data_type in &mut snapshot.types {
        match &mut data_type.shape {
            Shape::Composite {
                relation,
                attributes,
            } => {
                *attributes = columns.remove(relation).unwrap_or_default();
            }
            Shape::Domain(domain) => {
                domain.checks = domain_checks.remove(&data_type.oid).unwrap_or_default();
            }
            _ => {}
        }
    }
}

/// Drops the server's own types that nothing uses.
pub(crate) fn keep_used_types(snapshot: &mut Snapshot) {
    let mut used: HashSet<Oid> = HashSet::new();
    for relation in &snapshot.relations {
        used.extend(relation.columns.iter().map(|column| column.type_oid));
        used.extend(relation.sequence.iter().map(|sequence| sequence.type_oid));
    }
    for function in &snapshot.functions {
        used.insert(function.returns);
        used.extend(function.arguments.iter().map(|argument| argument.type_oid));
    }
    used.extend(
        snapshot
            .casts
            .iter()
            .flat_map(|cast| [cast.source, cast.target]),
    );
    // Types lead to types: walk until nothing new turns up.
    let is_user = |data_type: &DataType| !data_type.oid.is_builtin();
    let mut done: HashSet<Oid> = HashSet::new();
    loop {
        let reached: Vec<&DataType> = snapshot
            .types
            .iter()
            .filter(|data_type| is_user(data_type) || used.contains(&data_type.oid))
            .filter(|data_type| !done.contains(&data_type.oid))
            .collect();
        if reached.is_empty() {
            break;
        }
        for data_type in reached {
            done.insert(data_type.oid);
            used.extend(data_type.made_of());
        }
    }
    snapshot
        .types
        .retain(|data_type| done.contains(&data_type.oid));
}
