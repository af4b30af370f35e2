//! The database as it will be: each step that is planned is done to a copy of the snapshot, and what comes next is asked
//! of that.

use std::collections::BTreeSet;

use rowhouse_catalog::{Catalog, Column, Dependency, Object, Oid, Policy, Relation, Snapshot};

use super::plan::{Phase, Step, Work};
use super::{Wishes, columns};
use crate::context::Context;
use crate::{Error, Finding, Options, Report, rules, seal};

/// A plan being made.
pub(super) struct Draft<'a> {
    /// The database as it is.
    pub(super) now: &'a Catalog,
    /// As it will be when the steps are done.
    then: Catalog,
    pub(super) options: &'a Options,
    pub(super) wishes: &'a Wishes,
    pub(super) steps: Vec<Step>,
    pub(super) left: Vec<(String, String)>,
    /// Tables with a column that was begun and that this run does not fill.
    pub(super) unfinished: BTreeSet<Oid>,
    next_oid: u32,
}

impl<'a> Draft<'a> {
    pub(super) fn new(now: &'a Catalog, options: &'a Options, wishes: &'a Wishes) -> Self {
        Self {
            now,
            then: now.clone(),
            options,
            wishes,
            steps: Vec::new(),
            left: Vec::new(),
            unfinished: BTreeSet::new(),
            // Numbers from the top: the server begins at the bottom.
            next_oid: u32::MAX,
        }
    }

    /// Asks something of the database as it will be.
    pub(super) fn look<T>(&self, ask: impl FnOnce(&Context<'_>) -> T) -> Result<T, Error> {
        let read = seal::Read::new(&self.then);
        let model = read.model(self.options)?;
        Ok(ask(&Context::new(&model)))
    }

    /// What the audit will find.
    pub(super) fn findings(&self) -> Result<Vec<Finding>, Error> {
        self.look(|context| {
            let findings = rules::run(context);
            Report::new(context.model, self.options, findings).findings
        })
    }

    /// A step, in its turn.
    pub(super) fn step(
        &mut self,
        phase: Phase,
        object: &str,
        what: String,
        up: Work,
        down: Option<Work>,
    ) {
        self.steps.push(Step {
            what,
            object: object.to_owned(),
            up,
            down,
            against: None,
            phase,
        });
    }

    /// What to look at when rows stand against the step planned last.
    pub(super) fn against(&mut self, query: String) {
        if let Some(step) = self.steps.last_mut() {
            step.against = Some(query);
        }
    }

    /// What is not done, once.
    pub(super) fn leave(&mut self, object: &str, why: impl Into<String>) {
        let entry = (object.to_owned(), why.into());
        if !self.left.contains(&entry) {
            self.left.push(entry);
        }
    }

    /// Changes the database as it will be.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Snapshot)) {
        let mut snapshot = self.then.clone().into_snapshot();
        change(&mut snapshot);
        self.then = Catalog::new(snapshot);
    }

    /// Changes one relation of it.
    pub(super) fn change_relation(&mut self, oid: Oid, change: impl FnOnce(&mut Relation)) {
        self.change(|snapshot| {
            if let Some(relation) = snapshot
                .relations
                .iter_mut()
                .find(|relation| relation.oid == oid)
            {
                change(relation);
            }
        });
    }

    /// Puts a policy there, in place of one of the same number, with what it refers to.
    pub(super) fn put_policy(&mut self, table: Oid, policy: Policy, references: &[Object]) {
        let from = Object::Policy(policy.oid);
        let references = references.to_vec();
        self.change(move |snapshot| {
            snapshot
                .dependencies
                .retain(|dependency| dependency.from != from);
            snapshot
                .dependencies
                .extend(references.into_iter().map(|to| Dependency { from, to }));
            if let Some(table) = snapshot
                .relations
                .iter_mut()
                .find(|relation| relation.oid == table)
            {
                table.policies.retain(|known| known.oid != policy.oid);
                table.policies.push(policy);
            }
        });
    }

    /// A number for something that is not there yet.
    pub(super) fn new_oid(&mut self) -> Oid {
        self.next_oid -= 1;
        Oid(self.next_oid)
    }

    /// A relation as it will be.
    pub(super) fn relation(&self, oid: Oid) -> Option<Relation> {
        self.then.relation_by_oid(oid).cloned()
    }

    /// The relation that findings name so.
    pub(super) fn named(&self, object: &str) -> Option<Relation> {
        let mut relations = self.then.relations.iter();
        relations
            .find(|relation| relation.qualified_name() == object)
            .cloned()
    }

    /// The database as it will be.
    pub(super) fn then(&self) -> &Catalog {
        &self.then
    }

    /// Whether a relation was asked for, and is the runner's to change. What is not is said.
    pub(super) fn is_ours(&mut self, relation: &Relation) -> bool {
        if !self.is_wanted(relation) {
            return false;
        }
        let runner = self.now.as_role(self.now.server.current_user);
        if runner.owns(relation.owner) {
            return true;
        }
        let owner = self.now.role_by_oid(relation.owner);
        let owner = owner.map_or_else(|| relation.owner.to_string(), |role| role.name.clone());
        self.leave(
            &relation.qualified_name(),
            format!("it belongs to {owner}: run `rowhouse protect` as that role"),
        );
        false
    }

    /// Whether the runner may make an index of a table and all its parts. What hinders is said.
    pub(super) fn may_index(&mut self, relation: &Relation) -> bool {
        let runner = self.now.as_role(self.now.server.current_user);
        let parts = columns::descendants(self.now, relation.oid);
        let parts: Vec<&Relation> = parts
            .iter()
            .filter_map(|&oid| self.now.relation_by_oid(oid))
            .collect();
        let creates = |schema: &str| {
            runner
                .schema(schema)
                .is_some_and(|schema| schema.has(rowhouse_catalog::Privilege::Create))
        };
        let why = if parts.iter().any(|part| !runner.owns(part.owner)) {
            "it, or a part of it, belongs to another role, and an index has to be made by the owner of all of them"
        } else if parts.iter().any(|part| !creates(&part.schema)) {
            "the runner may not create in its schema, which an index needs"
        } else {
            return true;
        };
        self.leave(&relation.qualified_name(), why);
        false
    }

    pub(super) fn is_wanted(&self, relation: &Relation) -> bool {
        let named = |name: &String| {
            *name == relation.name
                || *name == relation.qualified_name()
                || *name == format!("{}.{}", relation.schema, relation.name)
        };
        let tables = &self.wishes.tables;
        (tables.is_empty() || tables.iter().any(named))
            && (self.options.schemas.is_empty() || self.options.schemas.contains(&relation.schema))
    }

    /// Whether the runner sees all rows of a table now, whatever its policies say.
    pub(super) fn sees_all(&self, table: Oid) -> bool {
        let runner = self.now.as_role(self.now.server.current_user);
        let table = self.now.relation_by_oid(table);
        table.is_some_and(|table| !runner.is_filtered(table))
    }

    /// A name in a table's schema that nothing has yet, as long as the server takes names.
    pub(super) fn free_name(&self, schema: &str, wanted: &str) -> String {
        let taken = |name: &str| {
            self.now.relation(schema, name).is_some()
                || self.then.relations.iter().any(|relation| {
                    relation.schema == schema
                        && relation
                            .indexes
                            .iter()
                            .any(|index| index.name == name && index.valid)
                })
        };
        let mut number = 0;
        loop {
            let end = if number == 0 {
                String::new()
            } else {
                number.to_string()
            };
            let name = format!("{}{end}", cut(wanted, 63 - end.len()));
            if !taken(&name) {
                return name;
            }
            number += 1;
        }
    }
}

/// A name of at most so many bytes.
pub(super) fn cut(name: &str, length: usize) -> &str {
    let mut end = name.len().min(length);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// A column that is planned.
pub(super) fn column_like(model: &Column, number: i16, name: &str) -> Column {
    Column {
        number,
        name: name.to_owned(),
        not_null: true,
        default: None,
        generated: None,
        identity: None,
        inherited: false,
        updatable: true,
        acl: rowhouse_catalog::Acl::default(),
        comment: None,
        ..model.clone()
    }
}
