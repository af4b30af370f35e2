//! What is tried: statements for each relation, function, command and state. Planning only; the same catalog gives the same
//! list.

mod arguments;
mod functions;
mod keys;
mod made;
mod merge;
mod neighbour;
mod past;
mod sequence;
mod server;
mod shadow;
mod stored;
mod surface;
mod tables;
mod trust;
mod upsert;

use rowhouse_catalog::{
    Access, Catalog, Enabled, Privilege, Relation, RelationKind, Role, Trigger,
};

pub(super) use functions::setters;

use super::fill::Filler;
use super::session::{Session, State};
use super::verdict::Command;
use super::world;
use crate::context::Context;
use crate::model::text_of;

/// What of an attack's outcome says that it got through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// Another answer, for all but a reader who is refused.
    Difference,
    /// The same, but for one tenant's id: that one is there is no secret to a function that looks for tenants.
    MoreThanTenants,
    /// Another answer, a refusal too.
    Refusal,
    /// What changed alone: that it is refused is another attack's to show.
    Change,
    /// That it was not refused, whatever came back; and what that means.
    Success(&'static str),
    /// What nobody but another tenant has, for one's own rows show in the answer as well.
    Mark,
}

/// Why something is not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Untried {
    /// It would reach something that is not the probe's.
    Outside(&'static str),
    /// It would, if the role had the privilege for it; it has not.
    Withheld,
}

/// Something tried within one savepoint.
#[derive(Debug, Clone)]
pub(super) struct Attack {
    /// On what, as findings name it.
    pub(super) object: String,
    /// The cell it is for.
    pub(super) command: Command,
    /// What is done first; its answers are not looked at.
    pub(super) first: String,
    /// That is another tenant's doing, which is not done where the others have no rows.
    pub(super) by_another: bool,
    /// The statements, in order.
    pub(super) sql: String,
    /// What it is, in words.
    pub(super) what: &'static str,
    /// A table that all tenants share, whose change is a leak.
    pub(super) shared: Option<String>,
    /// The statement again where foreign keys refuse rows that were made up.
    pub(super) past_keys: bool,
    /// What is done when all is undone again: what no rollback takes back.
    pub(super) last: &'static str,
    /// Why it is better not tried.
    pub(super) untried: Option<Untried>,
    /// What of its outcome says that it got through.
    pub(super) tells: Tells,
}

impl Attack {
    fn new(
        object: impl Into<String>,
        command: Command,
        what: &'static str,
        sql: impl Into<String>,
    ) -> Self {
        Self {
            object: object.into(),
            command,
            first: String::new(),
            by_another: false,
            sql: sql.into(),
            what,
            shared: None,
            past_keys: false,
            last: "",
            untried: None,
            tells: Tells::Difference,
        }
    }
}

impl Attack {
    /// All that is run, as somebody would who does it again.
    pub(super) fn statements(&self) -> Vec<String> {
        let first = Some(self.first.clone()).filter(|first| !first.is_empty());
        first.into_iter().chain([self.sql.clone()]).collect()
    }
}

/// Who attacks.
pub(super) struct Persona<'a> {
    pub(super) login: &'a Role,
    /// The role it becomes, if another.
    pub(super) role: &'a Role,
    pub(super) access: Access<'a>,
}

impl<'a> Persona<'a> {
    /// The app roles, and all that they can become.
    pub(super) fn all(context: &Context<'a>) -> Vec<Self> {
        let catalog = context.catalog;
        let mut found: Vec<Self> = Vec::new();
        for &oid in &context.model.app_roles {
            let Some(login) = catalog.role_by_oid(oid) else {
                continue;
            };
            // Whoever may do all of it need not become anybody.
            let becomes = if login.superuser {
                std::iter::once(oid).collect()
            } else {
                catalog.settable_roles(oid)
            };
            let mut roles: Vec<&Role> = becomes
                .iter()
                .filter_map(|&role| catalog.role_by_oid(role))
                .collect();
            roles.sort_by_key(|role| (role.oid != oid, role.name.clone()));
            for role in roles {
                if found.iter().any(|known| known.role.oid == role.oid) {
                    continue;
                }
                found.push(Self {
                    login,
                    role,
                    access: catalog.as_role(role.oid),
                });
            }
        }
        found
    }

    /// The role to `SET`.
    pub(super) fn becomes(&self) -> Option<&str> {
        (self.login.oid != self.role.oid).then_some(self.role.name.as_str())
    }

    /// Whether it may use the schema of a relation.
    pub(super) fn enters(&self, schema: &str) -> bool {
        let schema = self.access.schema(schema);
        schema.is_some_and(|schema| schema.has(Privilege::Usage))
    }
}

/// Everything that one role tries in one state.
pub(super) fn plan<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    state: State,
) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for relation in relations(context) {
        tables::plan(context, filler, persona, relation, state, &mut attacks);
    }
    functions::plan(context, filler, persona, state, &mut attacks);
    if state == State::Tenant {
        stored::plan(context, filler, persona, &mut attacks);
        past::plan(context, filler, persona, &mut attacks);
        made::plan(context, filler, persona, &mut attacks);
        shadow::plan(context, filler, persona, &mut attacks);
        trust::plan(context, filler, persona, &mut attacks);
        server::plan(context, persona, &mut attacks);
    }
    attacks
}

/// What one role tries as tenants of whom little is different: reading.
pub(super) fn reads(context: &Context<'_>, persona: &Persona<'_>) -> Vec<Attack> {
    let has_rows = |relation: &&Relation| {
        !matches!(
            relation.kind,
            RelationKind::Sequence | RelationKind::ForeignTable
        )
    };
    let mut attacks: Vec<Attack> = relations(context)
        .filter(has_rows)
        .map(|relation| Attack {
            object: relation.qualified_name(),
            ..tables::read(persona, relation)
        })
        .collect();
    past::early_calls(context, persona, &mut attacks);
    attacks
}

/// What takes the sessions of both tenants.
pub(super) fn in_turn<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    own: &Session,
    other: &Session,
) -> Vec<Attack> {
    let mut attacks = past::kept_plans(context, persona, own, other);
    neighbour::plan(context, filler, persona, (own, other), &mut attacks);
    attacks
}

/// The texts of what is done when a relation is written to: by triggers, and by rules.
fn reactions<'a>(catalog: &'a Catalog, relation: &'a Relation) -> Vec<&'a str> {
    let enabled = |trigger: &&Trigger| trigger.enabled != Enabled::Disabled;
    let triggers = relation.triggers.iter().filter(enabled);
    let functions = triggers.filter_map(|trigger| catalog.function_by_oid(trigger.function));
    let rules = relation.rules.iter().map(|rule| rule.definition.as_str());
    functions.map(text_of).chain(rules).collect()
}

/// The relations whose rows could be somebody's, of all kinds that have rows.
pub(super) fn relations<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Relation> {
    context.catalog.relations.iter().filter(|relation| {
        !relation.is_system() && !world::is_ours(relation) && relation.extension.is_none()
    })
}

/// The commands that make sense for a relation.
pub(super) fn commands(relation: &Relation) -> &'static [Command] {
    match relation.kind {
        RelationKind::MaterializedView => &[Command::Select],
        RelationKind::Sequence => &[Command::Select, Command::Update],
        RelationKind::View | RelationKind::ForeignTable => &[
            Command::Select,
            Command::Insert,
            Command::Update,
            Command::Delete,
        ],
        _ => &[
            Command::Select,
            Command::Insert,
            Command::Update,
            Command::Delete,
            Command::Truncate,
        ],
    }
}
