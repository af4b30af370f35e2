//! What is wrong with the policies of a table, by the audit's logic.

use std::collections::BTreeMap;

use rowhouse_catalog::{Grantee, Oid, Policy, PolicyCommand, Privilege, Relation};

use crate::context::{Context, Persona};
use crate::logic::{Action, Verdict, Why};
use crate::rules::{FILTERED, is_users_own};

/// The policies at fault.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// They let rows of other tenants through: rows that are there, or rows that come.
    pub(super) wrong: BTreeMap<Oid, Sides>,
    /// Whether rows stay within the tenant hangs on something that is not understood.
    pub(super) doubtful: bool,
}

impl Faults {
    pub(super) fn is_none(&self) -> bool {
        self.wrong.is_empty() && !self.doubtful
    }
}

/// On which side a policy is at fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sides {
    /// Of rows that are read, changed or deleted.
    pub(super) old: bool,
    /// Of rows that are written.
    pub(super) new: bool,
}

const ACTIONS: [(Action, Privilege); 5] = [
    (Action::Read, Privilege::Select),
    (Action::Insert, Privilege::Insert),
    (Action::UpdateOld, Privilege::Update),
    (Action::UpdateNew, Privilege::Update),
    (Action::Delete, Privilege::Delete),
];

pub(super) fn faults(context: &Context<'_>, table: Oid) -> Faults {
    let mut faults = Faults::default();
    let Some(table) = context.catalog.relation_by_oid(table) else {
        return faults;
    };
    for (action, privilege) in ACTIONS {
        for persona in context.who_may(table, &[privilege]) {
            match context.decider.decide(persona.role.oid, table.oid, action) {
                Some(Verdict::Refuted(refutation)) => {
                    // A table that policies trust is mended over there, and what is a user's own is nobody else's.
                    let elsewhere =
                        matches!(refutation.why, Why::TrustsTable(_) | Why::NotFiltered);
                    let own = action == Action::Read && is_users_own(&refutation);
                    if !elsewhere && !own {
                        for policy in refutation.policies {
                            let sides = faults.wrong.entry(policy).or_default();
                            match action {
                                Action::Insert | Action::UpdateNew => sides.new = true,
                                Action::Read | Action::UpdateOld | Action::Delete => {
                                    sides.old = true;
                                }
                            }
                        }
                    }
                }
                Some(Verdict::Undecided(_)) => faults.doubtful = true,
                Some(Verdict::Proven(_)) | None => {}
            }
        }
    }
    faults
}

/// The commands that the app role may give and that no policy lets through.
pub(super) fn without_policy(context: &Context<'_>, table: Oid) -> Vec<PolicyCommand> {
    use PolicyCommand::{Delete, Insert, Select, Update};
    let Some(table) = context.catalog.relation_by_oid(table) else {
        return Vec::new();
    };
    let commands = [
        (Select, Privilege::Select),
        (Insert, Privilege::Insert),
        (Update, Privilege::Update),
        (Delete, Privilege::Delete),
    ];
    let missing = commands.into_iter().filter(|(command, privilege)| {
        let mut who = context.who_may(table, std::slice::from_ref(privilege));
        who.any(|persona| !is_let(table, persona, *command))
    });
    missing.map(|(command, _)| command).collect()
}

fn is_let(table: &Relation, persona: &Persona<'_>, command: PolicyCommand) -> bool {
    let lets = |policy: &Policy| {
        policy.permissive
            && (policy.command == PolicyCommand::All || policy.command == command)
            && persona.access.is_any_of(&policy.roles)
    };
    table.policies.iter().any(lets)
}

/// For whom a new policy is: for everybody, where that opens nothing to roles that have policies of their own.
pub(super) fn for_whom(context: &Context<'_>, table: &Relation) -> Vec<Grantee> {
    let ours = |grantee: &Grantee| {
        context
            .personas
            .iter()
            .any(|persona| persona.access.is_any_of(&[*grantee]))
    };
    let others = table
        .policies
        .iter()
        .any(|policy| policy.permissive && !policy.roles.iter().any(ours));
    if others {
        app_roles(context, table)
    } else {
        vec![Grantee::Public]
    }
}

/// The roles by which the service uses a table.
pub(super) fn app_roles(context: &Context<'_>, table: &Relation) -> Vec<Grantee> {
    let who = context.who_may(table, &FILTERED);
    who.map(|persona| Grantee::Role(persona.role.oid)).collect()
}
