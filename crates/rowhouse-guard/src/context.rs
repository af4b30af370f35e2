//! What rules ask about a database: who the app role can be, and what it reaches.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{
    Access, Acl, Catalog, Enabled, Function, FunctionKind, Grantee, Object, Oid, Privilege,
    Privileges, Relation, Role, quote_ident,
};

use crate::logic::{Action, Decider};
use crate::unasked::{self, Unasked};
use crate::{Model, RowOwner};

/// A role the app role is or can become, which row security binds.
#[derive(Debug)]
pub(crate) struct Persona<'a> {
    pub(crate) role: &'a Role,
    pub(crate) access: Access<'a>,
}

/// The model with the powers of the app roles worked out.
pub(crate) struct Context<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) catalog: &'a Catalog,
    pub(crate) personas: Vec<Persona<'a>>,
    pub(crate) decider: Decider<'a>,
    reach: BTreeMap<Oid, Privileges>,
    executable: BTreeSet<Oid>,
    unasked: OnceCell<Unasked>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(model: &'a Model<'a>) -> Self {
        let catalog = model.catalog;
        let bound = |role: &&Role| !role.superuser && !role.bypass_rls;
        let mut seen = BTreeSet::new();
        // A superuser is a finding of its own; whatever else it could do is not worth saying.
        let app_roles = model.app_roles.iter();
        let personas: Vec<Persona<'a>> = app_roles
            .filter_map(|&oid| catalog.role_by_oid(oid).filter(bound))
            .flat_map(|role| catalog.settable_roles(role.oid))
            .filter(|&oid| seen.insert(oid))
            .filter_map(|oid| catalog.role_by_oid(oid).filter(bound))
            .map(|role| Persona {
                role,
                access: catalog.as_role(role.oid),
            })
            .collect();
        let mut context = Self {
            model,
            catalog,
            personas,
            decider: Decider::new(model),
            reach: BTreeMap::new(),
            executable: BTreeSet::new(),
            unasked: OnceCell::new(),
        };
        for relation in catalog.relations.iter().filter(|r| !r.is_system()) {
            let found = context
                .personas
                .iter()
                .fold(Privileges::default(), |all, persona| {
                    all | persona.privileges(relation)
                });
            context.reach.insert(relation.oid, found);
        }
        for function in &catalog.functions {
            if context
                .personas
                .iter()
                .any(|persona| persona.executes(function))
            {
                context.executable.insert(function.oid);
            }
        }
        context
    }

    /// The places that set the tenant without being asked.
    pub(crate) fn unasked(&self) -> &Unasked {
        self.unasked.get_or_init(|| unasked::find(self))
    }

    /// What the app role may do with a relation or at least one of its columns. Nothing where it owns the relation:
    /// that is a finding of its own.
    pub(crate) fn privileges(&self, relation: &Relation) -> Privileges {
        self.reach.get(&relation.oid).copied().unwrap_or_default()
    }

    /// Whether the app role may do any of these.
    pub(crate) fn may(&self, relation: &Relation, privileges: &[Privilege]) -> bool {
        self.privileges(relation).has_any(privileges)
    }

    /// The roles that may do any of these with the relation.
    pub(crate) fn who_may<'b>(
        &'b self,
        relation: &'b Relation,
        privileges: &'b [Privilege],
    ) -> impl Iterator<Item = &'b Persona<'a>> {
        let may = move |persona: &&Persona<'a>| persona.privileges(relation).has_any(privileges);
        self.personas.iter().filter(may)
    }

    /// Whether the app role may call a function.
    pub(crate) fn may_execute(&self, function: &Function) -> bool {
        self.executable.contains(&function.oid)
    }

    /// As whom the app role can call a function.
    pub(crate) fn who_calls<'b>(
        &'b self,
        function: &'b Function,
    ) -> impl Iterator<Item = &'b Persona<'a>> {
        let callers = self.personas.iter();
        callers.filter(|persona| is_users(function) && persona.executes(function))
    }

    /// Whether the app role can put objects into a schema.
    pub(crate) fn may_create_in(&self, schema: &str) -> bool {
        self.personas.iter().any(|persona| {
            let privileges = persona.access.schema(schema);
            privileges.is_some_and(|privileges| privileges.has(Privilege::Create))
        })
    }

    /// Whether the app role can make schemas.
    pub(crate) fn may_create_schemas(&self) -> bool {
        let database = |persona: &Persona<'_>| persona.access.database();
        self.personas
            .iter()
            .any(|persona| database(persona).has(Privilege::Create))
    }

    /// Whether no policy stands between a role and the rows of a table.
    pub(crate) fn skips_policies(&self, role: Oid, table: &Relation) -> bool {
        !self.catalog.as_role(role).is_filtered(table)
    }

    /// Whether row security keeps the app role from making and changing rows without a tenant, where it may write others
    /// and a policy speaks of them: then who runs the database made those that are there, and means them for all.
    pub(crate) fn keeps_rows_of_nobody(&self, table: &Relation) -> bool {
        let writes = [
            (Privilege::Insert, Action::Insert),
            (Privilege::Update, Action::UpdateOld),
            (Privilege::Update, Action::UpdateNew),
            (Privilege::Delete, Action::Delete),
        ];
        let holds = |(privilege, action): (Privilege, Action)| {
            self.who_may(table, &[privilege]).all(|persona| {
                let verdict = self.decider.decide(persona.role.oid, table.oid, action);
                verdict.is_none_or(|verdict| verdict.is_proven())
            })
        };
        // A tenant that is removed leaves its rows behind.
        let loses = table.foreign_keys.iter().any(|key| {
            key.on_delete == rowhouse_catalog::Action::SetNull
                && self
                    .model
                    .tenant_column(table.oid)
                    .is_some_and(|tenant| key.columns.contains(&tenant))
        });
        let mut policies = table.policies.iter();
        let spoken_of = policies.any(|policy| {
            let mut texts = policy.using.iter();
            texts.any(|text| text.contains("IS NULL"))
        });
        let writes_others = self.may(table, &[Privilege::Insert, Privilege::Update]);
        spoken_of && writes_others && !loses && writes.into_iter().all(holds)
    }

    /// Functions that the app role sets off: by calling them or an aggregate of theirs, or by writing where their
    /// triggers are.
    pub(crate) fn set_off(&self) -> Vec<(&'a Function, &Persona<'a>)> {
        let mut found = Vec::new();
        for function in self
            .catalog
            .functions
            .iter()
            .filter(|function| is_users(function))
        {
            let calls = self
                .personas
                .iter()
                .find(|persona| persona.executes(function) && !returns_trigger(function));
            let sets_off = calls
                .or_else(|| self.aggregates(function))
                .or_else(|| self.fires(function));
            if let Some(persona) = sets_off {
                found.push((function, persona));
            }
        }
        found
    }

    /// Who calls an aggregate that is made of the function: its owner's right to execute the function is what counts.
    fn aggregates(&self, function: &Function) -> Option<&Persona<'a>> {
        let part = Object::Function(function.oid);
        let made_of = self.catalog.functions.iter().filter(|aggregate| {
            aggregate.kind == FunctionKind::Aggregate
                && self
                    .catalog
                    .references_of(Object::Function(aggregate.oid))
                    .contains(&part)
                && self
                    .catalog
                    .as_role(aggregate.owner)
                    .function(function)
                    .has(Privilege::Execute)
        });
        made_of
            .flat_map(|aggregate| {
                self.personas
                    .iter()
                    .map(move |persona| (aggregate, persona))
            })
            .find(|(aggregate, persona)| persona.executes(aggregate))
            .map(|(_, persona)| persona)
    }

    /// Who writes where a trigger calls the function.
    fn fires(&self, function: &Function) -> Option<&Persona<'a>> {
        use Privilege::{Delete, Insert, Truncate, Update};
        self.catalog.relations.iter().find_map(|table| {
            let mut triggers = table.triggers.iter();
            let trigger = triggers.find(|trigger| {
                trigger.function == function.oid && trigger.enabled != Enabled::Disabled
            })?;
            let events = [
                (trigger.insert, Insert),
                (trigger.update, Update),
                (trigger.delete, Delete),
                (trigger.truncate, Truncate),
            ];
            let writes: Vec<Privilege> = events
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, privilege)| *privilege)
                .collect();
            self.personas
                .iter()
                .find(|persona| persona.privileges(table).has_any(&writes))
        })
    }

    /// A schema in which the app role can make objects, the one for temporary ones included.
    pub(crate) fn creatable_schema(&self) -> Option<&str> {
        let schemas = self
            .catalog
            .schemas
            .iter()
            .map(|schema| schema.name.as_str());
        let mut own = schemas.filter(|name| self.may_create_in(name));
        own.next()
            .or_else(|| self.may_create_temporary().then_some("pg_temp"))
    }

    /// Whether the app role can make temporary objects.
    pub(crate) fn may_create_temporary(&self) -> bool {
        let database = |persona: &Persona<'_>| persona.access.database();
        self.personas
            .iter()
            .any(|persona| database(persona).has(Privilege::Temporary))
    }

    /// To whom an access list gives any of these in a way that reaches the app role, as names in SQL.
    pub(crate) fn grantees(&self, acl: &Acl, owner: Oid, privileges: &[Privilege]) -> Vec<String> {
        let entries = acl.entries.iter().filter(|entry| {
            entry.privileges.has_any(privileges)
                && entry.grantee != Grantee::Role(owner)
                && self
                    .personas
                    .iter()
                    .any(|persona| persona.access.is_any_of(&[entry.grantee]))
        });
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .grantee
                    .role()
                    .map_or("PUBLIC".to_owned(), |role| self.role_name(role))
            })
            .collect();
        names.dedup();
        names
    }

    /// `REVOKE` of privileges on a table or on its columns, from all through whom the app role has them.
    pub(crate) fn revoke_on_table(&self, table: &Relation, privileges: &[Privilege]) -> String {
        let words: Vec<&str> = privileges
            .iter()
            .map(|privilege| privilege.keyword())
            .collect();
        let words = words.join(", ");
        let name = table.qualified_name();
        let mut lines = Vec::new();
        let whole = self.grantees(&table.acl, table.owner, privileges);
        if !whole.is_empty() {
            lines.push(format!(
                "REVOKE {words} ON {name} FROM {};",
                whole.join(", ")
            ));
        }
        for column in &table.columns {
            let given = self.grantees(&column.acl, table.owner, privileges);
            if !given.is_empty() {
                let column = quote_ident(&column.name);
                let words: Vec<String> = privileges
                    .iter()
                    .filter(|privilege| column_privilege(**privilege))
                    .map(|privilege| format!("{} ({column})", privilege.keyword()))
                    .collect();
                lines.push(format!(
                    "REVOKE {} ON {name} FROM {};",
                    words.join(", "),
                    given.join(", ")
                ));
            }
        }
        lines.join("\n")
    }

    /// The app roles themselves, with those that row security does not bind.
    pub(crate) fn app_roles(&self) -> impl Iterator<Item = &'a Role> {
        let catalog = self.catalog;
        let roles = self.model.app_roles.iter();
        roles.filter_map(move |&oid| catalog.role_by_oid(oid))
    }

    /// Tables that hold rows of tenants, with how the rows say whose they are.
    pub(crate) fn tenant_tables(&self) -> impl Iterator<Item = (&'a Relation, &RowOwner)> {
        self.model
            .tenant_tables()
            .filter(|(table, _)| table.is_table())
    }

    /// A role's name as it stands in SQL.
    pub(crate) fn role_name(&self, oid: Oid) -> String {
        let role = self.catalog.role_by_oid(oid);
        role.map_or_else(|| oid.to_string(), |role| quote_ident(&role.name))
    }
}

impl Persona<'_> {
    /// What it may do with a relation that is not its own.
    pub(crate) fn privileges(&self, relation: &Relation) -> Privileges {
        let usable = self.access.schema(&relation.schema);
        if !usable.is_some_and(|schema| schema.has(Privilege::Usage))
            || self.access.owns(relation.owner)
        {
            return Privileges::default();
        }
        self.access.any_column(relation)
    }

    fn executes(&self, function: &Function) -> bool {
        let usable = self.access.schema(&function.schema);
        usable.is_some_and(|schema| schema.has(Privilege::Usage))
            && self.access.function(function).has(Privilege::Execute)
    }
}

/// Privileges that can be given on single columns.
fn column_privilege(privilege: Privilege) -> bool {
    use Privilege::{Insert, References, Select, Update};
    matches!(privilege, Select | Insert | Update | References)
}

fn is_users(function: &Function) -> bool {
    !function.oid.is_builtin() && function.extension.is_none()
}

fn returns_trigger(function: &Function) -> bool {
    function.result.as_deref() == Some("trigger")
}
