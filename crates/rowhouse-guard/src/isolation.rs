//! How each relation stands, for whoever hands out its rows.

use std::collections::BTreeMap;

use rowhouse_catalog::Privilege::Select;
use rowhouse_catalog::{Catalog, Oid, Relation, RelationKind};

use crate::conduct::{Conduct, conduct, is_reachable};
use crate::context::{Context, Persona};
use crate::logic::{self, Action, Verdict};
use crate::rules::{self, tables_under};
use crate::seal;
use crate::{Error, Options, Report};

/// Whether the rows of a relation may be handed to tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It was shown that each tenant reads its own rows only.
    Protected {
        /// What a view shows of relations that do not belong to tenants.
        beside: Vec<Oid>,
    },
    /// No rows of tenants were found in it: everybody reads the same.
    Shared,
    /// Rows of tenants are in it, and it was not shown that they are kept apart; why.
    Unproven(String),
}

/// An audit, and how each relation stands for reading.
#[derive(Debug, Clone, Default)]
pub struct Isolation {
    /// The audit's findings.
    pub report: Report,
    standings: BTreeMap<Oid, Standing>,
    tenant_columns: BTreeMap<Oid, i16>,
    conducts: BTreeMap<Oid, Conduct>,
    /// Relations that the app role reaches, and that were not shown to keep tenants apart.
    open: Vec<Oid>,
}

impl Isolation {
    /// Audits a snapshot and looks at each relation.
    ///
    /// # Errors
    /// Where it cannot tell: a role or table that was named is not there, or nobody could be an app role.
    pub fn examine(catalog: &Catalog, options: &Options) -> Result<Self, Error> {
        let read = seal::Read::new(catalog);
        let model = read.model(options)?;
        let catalog = model.catalog;
        let context = Context::new(&model);
        let findings = rules::run(&context);
        let relations = catalog.relations.iter();
        let standings: BTreeMap<Oid, Standing> = relations
            .filter(|relation| !relation.is_system())
            .map(|relation| (relation.oid, standing(&context, relation)))
            .collect();
        let open = catalog.relations.iter().filter(|relation| {
            let standing = standings.get(&relation.oid);
            matches!(standing, Some(Standing::Unproven(_))) && is_reachable(&context, relation)
        });
        let open = open.map(|relation| relation.oid).collect();
        let conducts = catalog
            .functions
            .iter()
            .filter_map(|function| Some((function.oid, conduct(&context, function)?)));
        let tenant_columns = catalog.relations.iter().filter_map(|relation| {
            let column = model.tenant_column(relation.oid)?;
            Some((relation.oid, column))
        });
        Ok(Self {
            conducts: conducts.collect(),
            open,
            tenant_columns: tenant_columns.collect(),
            report: Report::new(&model, options, findings),
            standings,
        })
    }

    /// The column of a table that carries the tenant, where it has one; the key of the root.
    pub fn tenant_column(&self, table: Oid) -> Option<i16> {
        self.tenant_columns.get(&table).copied()
    }

    /// What a function does with tenants' rows; none for one that works as its owner.
    pub fn conduct(&self, function: Oid) -> Option<&Conduct> {
        self.conducts.get(&function)
    }

    /// The relations that the app role reaches, and that were not shown to keep tenants apart.
    pub fn open(&self) -> &[Oid] {
        &self.open
    }

    /// How a relation stands; none for one that was not in the snapshot.
    pub fn standing(&self, relation: Oid) -> Option<&Standing> {
        self.standings.get(&relation)
    }
}

fn standing(context: &Context<'_>, relation: &Relation) -> Standing {
    let owned = |oid: Oid| context.model.row_owner(oid).is_some();
    match relation.kind {
        RelationKind::View => view(context, relation),
        RelationKind::MaterializedView
            if owned(relation.oid)
                || tables_under(context, relation.oid).into_iter().any(owned) =>
        {
            unproven("row security does not filter what a materialized view has stored")
        }
        _ if !owned(relation.oid) => Standing::Shared,
        _ if relation.is_table() => table(context, relation),
        _ => unproven("row security does not filter a foreign table"),
    }
}

fn table(context: &Context<'_>, table: &Relation) -> Standing {
    if !table.force_row_security {
        return unproven("row security is not forced, so the owner is not bound by it");
    }
    let readers = context.who_may(table, &[Select]);
    let verdicts = readers.filter_map(|persona| {
        let role = persona.role.oid;
        context.decider.decide(role, table.oid, Action::Read)
    });
    let mut doubts = verdicts.filter_map(|verdict| doubt(&verdict));
    doubts.next().map_or_else(
        || Standing::Protected { beside: Vec::new() },
        Standing::Unproven,
    )
}

fn view(context: &Context<'_>, view: &Relation) -> Standing {
    let under = tables_under(context, view.oid);
    let owned = |oid: &Oid| context.model.row_owner(*oid).is_some();
    if !under.iter().any(owned) {
        return Standing::Shared;
    }
    for persona in context.who_may(view, &[Select]) {
        if let Some(why) = not_shown(context, view, persona) {
            return Standing::Unproven(why);
        }
    }
    let holds_rows = |oid: &Oid| {
        let relation = context.catalog.relation_by_oid(*oid);
        relation
            .is_some_and(|relation| !relation.is_system() && relation.kind != RelationKind::View)
    };
    let beside = under
        .into_iter()
        .filter(|oid| !owned(oid) && holds_rows(oid));
    Standing::Protected {
        beside: beside.collect(),
    }
}

/// Why it was not shown that a view keeps a role to its tenant's rows.
fn not_shown(context: &Context<'_>, view: &Relation, persona: &Persona<'_>) -> Option<String> {
    let invoker = persona.role.oid;
    let role = if view.security_invoker() {
        invoker
    } else {
        view.owner
    };
    let place = logic::Context {
        invoker: Some(invoker),
        ..logic::Context::default()
    };
    let definition = view.definition.as_deref().unwrap_or_default();
    let facts = context.decider.decide_query(role, definition, &place);
    if let Some(part) = facts.unreadable.first() {
        return Some(format!("the audit does not understand {part}"));
    }
    let stored = tables_under(context, view.oid).into_iter().find(|oid| {
        let relation = context.catalog.relation_by_oid(*oid);
        relation.is_some_and(|relation| {
            !relation.is_table()
                && relation.kind != RelationKind::View
                && matches!(standing(context, relation), Standing::Unproven(_))
        })
    });
    if stored.is_some() {
        return Some("what it reads is not filtered by row security".to_owned());
    }
    if facts.uses.is_empty() {
        return Some("the audit does not see how it reads tenants' tables".to_owned());
    }
    facts.uses.iter().find_map(|used| doubt(&used.verdict))
}

pub(crate) fn doubt(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Proven(_) => None,
        Verdict::Refuted(_) => Some("a row of another tenant can be read".to_owned()),
        Verdict::Undecided(doubt) => {
            let part = doubt.parts.first().map_or("something", String::as_str);
            Some(format!(
                "whether rows stay within the tenant hangs on {part}, which the audit does not understand"
            ))
        }
    }
}

fn unproven(why: &str) -> Standing {
    Standing::Unproven(why.to_owned())
}
