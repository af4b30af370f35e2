//! From a relation down to the tables that hold its rows, looking at each with the rights that count there.

use std::collections::BTreeSet;

use rowhouse_catalog::{Catalog, Object, Oid, Privilege, Relation, RelationKind};
use rowhouse_guard::why::{Deed, Exempt, Look, Part, Wall, has_policies, way};
use serde_json::{Map, Value};

use super::ask::{Asked, Who};
use super::level::{Condition, Grant, Holds, Kind, Level, LookSaid, PolicySaid, Rights};
use super::redirect;
use super::references::{referenced, referencing, value};
use super::row::{Eyes, Row};

/// What is asked about, and who can be asked.
pub(super) struct Following<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) eyes: Eyes<'a>,
    pub(super) app: &'a Asked<'a>,
    pub(super) caller: Oid,
}

/// With whose rights a relation is used, and by what name.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) who: Who,
    pub(super) role: Oid,
    /// The columns that the view above names; none at the top, where it is the statement.
    pub(super) used: Option<BTreeSet<i16>>,
    pub(super) alias: Option<String>,
}

impl Following<'_> {
    pub(super) fn top(&self) -> Place {
        Place {
            who: Who::Caller,
            role: self.caller,
            used: None,
            alias: None,
        }
    }

    /// How the relations beneath a view are used.
    pub(super) fn beneath(&self, view: &Relation) -> Place {
        // A view of the caller's counts as asked by the caller, however deep it stands under others.
        let (who, role) = if view.security_invoker() {
            (Who::Caller, self.caller)
        } else {
            (Who::Owner(self.name(view.owner)), view.owner)
        };
        Place {
            who,
            role,
            used: Some(BTreeSet::new()),
            alias: None,
        }
    }

    /// The columns of a relation that a view names, by the server's books.
    pub(super) fn used(&self, view: &Relation, relation: Oid) -> BTreeSet<i16> {
        let references = self.catalog.references_of(Object::Relation(view.oid));
        let columns = references.iter().filter_map(|object| match *object {
            Object::Column(oid, number) if oid == relation => Some(number),
            _ => None,
        });
        columns.collect()
    }

    pub(super) fn name(&self, role: Oid) -> String {
        let role_name = self.catalog.role_by_oid(role);
        role_name.map_or_else(|| role.to_string(), |role| role.name.clone())
    }

    pub(super) fn level(&self, relation: &Relation, kind: Kind, place: &Place) -> Level {
        let rights = match place.who {
            Who::Caller => Rights::Caller,
            Who::Owner(_) => Rights::ViewOwner,
        };
        let mut level = Level::new(
            relation.qualified_name(),
            kind,
            &self.name(place.role),
            rights,
        );
        level.alias.clone_from(&place.alias);
        level
    }

    /// What has to be granted for a deed.
    pub(super) fn grants(&self, level: &mut Level, relation: &Relation, place: &Place, deed: Deed) {
        let access = self.catalog.as_role(place.role);
        let held = access.any_column(relation);
        if place.used.is_none()
            && !access
                .schema(&relation.schema)
                .is_some_and(|held| held.has(Privilege::Usage))
        {
            level.denied.push(format!(
                "{} may not use the schema {}",
                level.role, relation.schema
            ));
        }
        let needed: &[Privilege] = match deed {
            Deed::Select => &[Privilege::Select],
            Deed::Insert => &[Privilege::Insert],
            Deed::Update => &[Privilege::Select, Privilege::Update],
            Deed::Delete => &[Privilege::Select, Privilege::Delete],
        };
        for &privilege in needed {
            let named = place.used.iter().flatten();
            let columns: Vec<_> = named
                .filter_map(|&number| relation.column_at(number))
                .filter(|_| privilege == Privilege::Select)
                .collect();
            let lacks: Vec<&str> = columns
                .iter()
                .filter(|column| !access.column(relation, column).has(privilege))
                .map(|column| column.name.as_str())
                .collect();
            let held = if columns.is_empty() {
                held.has(privilege)
            } else {
                lacks.is_empty()
            };
            if !held {
                let of = if lacks.is_empty() || lacks.len() == columns.len() {
                    String::new()
                } else {
                    format!(" ({})", lacks.join(", "))
                };
                level.denied.push(format!(
                    "{} has no {}{of} on {}",
                    level.role,
                    privilege.keyword(),
                    level.relation
                ));
            }
            level.grants.push(Grant {
                privilege: privilege.keyword(),
                columns: columns.iter().map(|column| column.name.clone()).collect(),
                held,
            });
        }
    }

    /// A table, and the row of it.
    pub(super) async fn table(
        &self,
        relation: &Relation,
        place: &Place,
        row: &Row,
        deed: Deed,
    ) -> anyhow::Result<Level> {
        let mut level = self.level(relation, Kind::Table, place);
        level.row = Some(row.values.clone());
        self.grants(&mut level, relation, place, deed);
        if redirect::decides(self, relation, deed, &mut level) {
            return Ok(level);
        }
        let way = way(self.catalog, relation, place.role, deed);
        level.exempt = way.exempt.map(|why| exempt(&level, why));
        for wall in &way.walls {
            let said = self
                .wall(&mut level, relation, place, row, wall, deed)
                .await?;
            level.looks.push(said);
        }
        level.foreign_keys = match deed {
            Deed::Insert => referenced(&self.eyes, self.catalog, relation, row).await?,
            Deed::Delete => referencing(&self.eyes, self.catalog, relation, row).await?,
            Deed::Select | Deed::Update => Vec::new(),
        };
        let blocks = level.foreign_keys.iter().filter(|key| key.blocks);
        let blocks: Vec<String> = blocks
            .map(|key| format!("{} by {}", key.what, key.name))
            .collect();
        level.against.extend(blocks);
        redirect::besides(self, relation, deed, &mut level);
        Ok(level)
    }

    async fn wall(
        &self,
        level: &mut Level,
        relation: &Relation,
        place: &Place,
        row: &Row,
        wall: &Wall<'_>,
        deed: Deed,
    ) -> anyhow::Result<LookSaid> {
        let (word, heading) = look(wall.look, deed);
        // Conditions name columns by themselves or by the table's name.
        let from = format!(
            "{} AS {}",
            value(relation, row),
            rowhouse_catalog::quote_ident(&relation.name)
        );
        let mut policies = Vec::new();
        for clause in wall.permissive.iter().chain(&wall.restrictive) {
            let mut conditions = None;
            for part in clause.parts.iter().flatten() {
                let asked = self.app.holds(&place.who, part, &from).await?;
                let asked = with_values(asked, part, row, level);
                conditions.get_or_insert_with(Vec::new).push(asked);
            }
            policies.push(PolicySaid {
                policy: clause.policy.name.clone(),
                permissive: clause.policy.permissive,
                holds: Some(conditions.as_ref().is_some_and(|all: &Vec<Condition>| {
                    all.iter().all(|condition| condition.holds == Holds::Yes)
                })),
                conditions,
            });
        }
        let permissive: Vec<&PolicySaid> =
            policies.iter().filter(|policy| policy.permissive).collect();
        if permissive.is_empty() {
            level.against.push(format!(
                "no permissive policy of {} is for {} {heading}",
                level.relation, level.role
            ));
        } else if !permissive.iter().any(|policy| policy.holds == Some(true)) {
            let names: Vec<&str> = permissive
                .iter()
                .map(|policy| policy.policy.as_str())
                .collect();
            let whose = if place.used.is_some() {
                format!(" for the row of {}", level.relation)
            } else {
                String::new()
            };
            level.against.push(format!(
                "no permissive policy holds{whose} ({})",
                names.join(", ")
            ));
        }
        for policy in policies.iter().filter(|policy| !policy.permissive) {
            if policy.holds == Some(false) && policy.conditions.is_some() {
                level.against.push(format!(
                    "the restrictive policy {} does not hold",
                    policy.policy
                ));
            }
        }
        Ok(LookSaid {
            look: word,
            heading,
            policies,
        })
    }

    /// What has no policies and whose query is not followed: what is granted decides.
    pub(super) fn bare(
        &self,
        relation: &Relation,
        place: &Place,
        row: Option<&Row>,
        deed: Deed,
    ) -> Level {
        let kind = match relation.kind {
            RelationKind::MaterializedView => Kind::MaterializedView,
            RelationKind::ForeignTable => Kind::ForeignTable,
            RelationKind::View => Kind::View,
            _ => Kind::Table,
        };
        let mut level = self.level(relation, kind, place);
        level.row = row.map(|row| row.values.clone());
        self.grants(&mut level, relation, place, deed);
        match kind {
            Kind::MaterializedView => {
                level.notes.push(format!(
                    "its rows are as they were at the last REFRESH, read as {}; no row security holds for it, so every tenant's rows are everybody's who may read it",
                    self.name(relation.owner)
                ));
                if deed != Deed::Select {
                    level.against.push(format!(
                        "{} is a materialized view, which only REFRESH writes",
                        level.relation
                    ));
                }
            }
            Kind::ForeignTable => level.notes.push(
                "it lives on another server: no row security of this one holds for it, and what that one shows its login decides".into(),
            ),
            _ => {}
        }
        level
    }

    /// A relation of which no single row is looked at: what is granted, and which policies there are.
    pub(super) fn outline(&self, relation: &Relation, place: &Place) -> Level {
        let mut level = self.bare(relation, place, None, Deed::Select);
        if !has_policies(relation) {
            return level;
        }
        let way = way(self.catalog, relation, place.role, Deed::Select);
        level.exempt = way.exempt.map(|why| exempt(&level, why));
        for wall in &way.walls {
            let (word, heading) = look(wall.look, Deed::Select);
            let clauses = wall.permissive.iter().chain(&wall.restrictive);
            let policies = clauses.map(|clause| PolicySaid {
                policy: clause.policy.name.clone(),
                permissive: clause.policy.permissive,
                holds: None,
                conditions: clause
                    .parts
                    .as_ref()
                    .map(|parts| parts.iter().map(not_asked).collect()),
            });
            level.looks.push(LookSaid {
                look: word,
                heading,
                policies: policies.collect(),
            });
        }
        level
    }
}

/// A condition with the row's values; what could not be asked is said.
pub(super) fn with_values(
    mut asked: Condition,
    part: &Part,
    row: &Row,
    level: &mut Level,
) -> Condition {
    asked.values.extend(values(part, row));
    if asked.holds == Holds::NotAsked {
        level.undecided.push(format!(
            "admin_url leads to a role that cannot ask as {}",
            level.role
        ));
    }
    asked
}

pub(super) fn values(part: &Part, row: &Row) -> Map<String, Value> {
    let columns = part.columns.iter();
    columns
        .filter_map(|column| Some((column.clone(), row.values.get(column)?.clone())))
        .collect()
}

pub(super) fn not_asked(part: &Part) -> Condition {
    Condition {
        sql: part.sql.clone(),
        holds: Holds::NotAsked,
        error: None,
        values: Map::new(),
        settings: Map::new(),
    }
}

fn exempt(level: &Level, why: Exempt) -> String {
    let (name, role) = (&level.relation, &level.role);
    match why {
        Exempt::Off => {
            format!("row security is off for {name}, so every tenant's rows are everybody's")
        }
        Exempt::Superuser => format!("{role} is a superuser, whom no policy binds"),
        Exempt::Bypasses => format!("{role} has BYPASSRLS, so no policy binds it"),
        Exempt::Owner => {
            format!("{role} counts as the owner of {name}, where row security is not forced")
        }
    }
}

fn look(look: Look, deed: Deed) -> (&'static str, &'static str) {
    match (look, deed) {
        (Look::Found, Deed::Select) => ("found", "to see it"),
        (Look::Found, _) => ("found", "to find it (a WHERE needs SELECT's policies)"),
        (Look::Taken, Deed::Delete) => ("taken", "to delete it"),
        (Look::Taken, _) => ("taken", "to change it"),
        (Look::Written, _) => ("written", "to write it"),
    }
}
