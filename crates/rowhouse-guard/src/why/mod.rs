//! Why a role may or may not see or change a row: what it was granted, and which policies are asked about which row.
//!
//! This only says what has to be asked. The answers are the server's, asked as the role itself: whether a condition of a
//! policy holds for a row depends on settings, on functions and on what else the role sees.

mod part;
pub mod view;

pub use part::Part;

use rowhouse_catalog::{
    Access, Catalog, Oid, Policy, PolicyCommand, Privilege, Relation, RelationKind,
};

/// What is to be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See it.
    Select,
    /// Add one like it.
    Insert,
    /// Change it, to what it is already.
    Update,
    /// Delete it.
    Delete,
}

/// Which look at a row policies are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The row is found: `USING` of policies for SELECT, which a WHERE needs as well.
    Found,
    /// The row is taken hold of: `USING` of policies for the command.
    Taken,
    /// The row is written: `WITH CHECK`, or `USING` in its place.
    Written,
}

/// A policy that is asked, and its condition in pieces.
#[derive(Debug, Clone)]
pub struct Clause<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// What of it must hold: conjuncts, in their order. None where it has no condition, and so opens nothing.
    pub parts: Option<Vec<Part>>,
}

/// The policies that are asked for one look: one permissive one must hold, and every restrictive one.
#[derive(Debug, Clone)]
pub struct Wall<'a> {
    /// Which look.
    pub look: Look,
    /// Permissive ones, of which one has to hold; none of them, no row.
    pub permissive: Vec<Clause<'a>>,
    /// Restrictive ones, which all have to hold.
    pub restrictive: Vec<Clause<'a>>,
}

/// Why policies are not asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exempt {
    /// Row security is off.
    Off,
    /// The role is a superuser.
    Superuser,
    /// The role has BYPASSRLS.
    Bypasses,
    /// The role counts as the owner, and row security is not forced.
    Owner,
}

/// What stands between a role and a row.
#[derive(Debug, Clone)]
pub struct Way<'a> {
    /// Whether the schema may be used.
    pub schema: bool,
    /// What has to be granted, and whether it is, on the table or on a column at least.
    pub privileges: Vec<(Privilege, bool)>,
    /// Why policies are not asked; none where they are.
    pub exempt: Option<Exempt>,
    /// What policies are asked, look by look.
    pub walls: Vec<Wall<'a>>,
}

/// What stands between `role` and a row of `relation`.
pub fn way<'a>(catalog: &'a Catalog, relation: &'a Relation, role: Oid, deed: Deed) -> Way<'a> {
    let access = catalog.as_role(role);
    let held = access.any_column(relation);
    let needed: &[Privilege] = match deed {
        Deed::Select => &[Privilege::Select],
        Deed::Insert => &[Privilege::Insert],
        Deed::Update => &[Privilege::Select, Privilege::Update],
        Deed::Delete => &[Privilege::Select, Privilege::Delete],
    };
    let exempt = exempt(catalog, &access, relation, role);
    let looks: &[Look] = match deed {
        _ if exempt.is_some() => &[],
        Deed::Select => &[Look::Found],
        Deed::Insert => &[Look::Written],
        Deed::Update => &[Look::Found, Look::Taken, Look::Written],
        Deed::Delete => &[Look::Found, Look::Taken],
    };
    Way {
        schema: access
            .schema(&relation.schema)
            .is_some_and(|held| held.has(Privilege::Usage)),
        privileges: needed
            .iter()
            .map(|&privilege| (privilege, held.has(privilege)))
            .collect(),
        exempt,
        walls: looks
            .iter()
            .map(|&look| wall(&access, relation, deed, look))
            .collect(),
    }
}

/// Whether a relation's rows are guarded by policies of its own.
pub fn has_policies(relation: &Relation) -> bool {
    matches!(
        relation.kind,
        RelationKind::Table | RelationKind::PartitionedTable
    )
}

fn exempt(
    catalog: &Catalog,
    access: &Access<'_>,
    relation: &Relation,
    role: Oid,
) -> Option<Exempt> {
    if access.is_filtered(relation) {
        return None;
    }
    Some(if !relation.row_security {
        Exempt::Off
    } else if catalog.is_superuser(role) {
        Exempt::Superuser
    } else if catalog
        .role_by_oid(role)
        .is_some_and(|role| role.bypass_rls)
    {
        Exempt::Bypasses
    } else {
        Exempt::Owner
    })
}

fn wall<'a>(access: &Access<'_>, relation: &'a Relation, deed: Deed, look: Look) -> Wall<'a> {
    let command = match (look, deed) {
        (Look::Found, _) | (_, Deed::Select) => PolicyCommand::Select,
        (_, Deed::Insert) => PolicyCommand::Insert,
        (_, Deed::Update) => PolicyCommand::Update,
        (_, Deed::Delete) => PolicyCommand::Delete,
    };
    let mut wall = Wall {
        look,
        permissive: Vec::new(),
        restrictive: Vec::new(),
    };
    for policy in &relation.policies {
        let is_for = policy.command == PolicyCommand::All || policy.command == command;
        if !is_for || !access.is_any_of(&policy.roles) {
            continue;
        }
        let condition = match look {
            Look::Found | Look::Taken => policy.using.as_deref(),
            Look::Written => policy.with_check.as_deref().or(policy.using.as_deref()),
        };
        let clause = Clause {
            policy,
            parts: condition.map(|condition| part::split(condition, relation)),
        };
        if policy.permissive {
            wall.permissive.push(clause);
        } else {
            wall.restrictive.push(clause);
        }
    }
    wall
}
