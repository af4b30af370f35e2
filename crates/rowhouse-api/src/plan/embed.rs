//! Related rows: found along foreign keys, joined where there is at most one, collected where
//! there may be more.

use std::fmt::Write;
use std::mem::{replace, take};

use crate::json::Decoder;
use crate::request::{Embed, Join, Name};
use crate::resource::{Link, LinkKind, Pair, Resource, nearest};

use super::PlanError;
use super::level::{Joined, Level};
use super::output::{Key, Member, Value};
use super::statement::Statement;

impl<'r> Level<'r> {
    /// Adds related rows to a row of `parent`, in FROM as `near`; gives the members they become.
    pub(super) fn embed(
        &mut self,
        statement: &mut Statement<'r>,
        parent: &'r Resource,
        near: &str,
        embed: &Embed,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let link = find(statement, parent, embed)?;
        let target = statement.resources.target(link);
        path.push(
            embed
                .alias
                .clone()
                .unwrap_or_else(|| embed.relation.clone()),
        );
        let members = match &link.kind {
            LinkKind::ToOne { pairs, .. } => {
                self.join_one(statement, (near, pairs, target), embed, path)
            }
            _ => self.collect_many(statement, (near, &link.kind, target), embed, path),
        };
        path.pop();
        members
    }

    fn join_one(
        &mut self,
        statement: &mut Statement<'r>,
        (near, pairs, target): (&str, &[Pair], &'r Resource),
        embed: &Embed,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let name = path.last().cloned();
        if statement.window(path).is_some() {
            return Err(PlanError::NotToMany(embed.relation.as_str().to_owned()));
        }
        let far = statement.alias();
        if near == self.alias {
            let joined = |name| Joined {
                name,
                alias: far.clone(),
                resource: target,
            };
            self.joined.extend(name.map(joined));
        }
        // What is nested in the related row decides whether that row is there, not its parent.
        let table = format!("{} AS {far}", target.sql);
        let outer_from = replace(&mut self.from, table.clone());
        let outer_conditions = take(&mut self.conditions);
        let members = self.members_of(statement, target, &far, &embed.select, path);
        let mut joined = replace(&mut self.from, outer_from);
        let conditions = replace(&mut self.conditions, outer_conditions);
        let members = members?;

        if joined != table {
            joined = format!("({joined})");
        }
        let join = if embed.join == Some(Join::Inner) {
            "JOIN"
        } else {
            "LEFT JOIN"
        };
        let on = [vec![meet(near, &far, pairs)], conditions]
            .concat()
            .join(" AND ");
        let _ = write!(self.from, " {join} {joined} ON {on}");
        if embed.spread {
            return Ok(members);
        }
        if embed.select.items.is_empty() {
            return Ok(Vec::new());
        }
        // The columns that met are not null in a row that is there.
        let met = pairs.first().map_or("", |pair| pair.far.as_str());
        let present = format!("({far}.{met} IS NOT NULL)");
        Ok(vec![Member {
            key: key(embed, target),
            value: Value::Row { present, members },
        }])
    }

    fn collect_many(
        &mut self,
        statement: &mut Statement<'r>,
        (near, kind, target): (&str, &LinkKind, &'r Resource),
        embed: &Embed,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        if embed.spread {
            let relation = embed.relation.as_str().to_owned();
            return Err(PlanError::NotToOne {
                relation,
                verb: "be spread",
            });
        }
        let mut level = Level::related(statement, near, kind, target);
        level.select(statement, &embed.select, path)?;
        if embed.join == Some(Join::Inner) {
            // Before order and bounds: a page of none does not make its parent go.
            self.conditions
                .push(format!("EXISTS ({})", level.print("1")));
        }
        if embed.select.items.is_empty() {
            return Ok(Vec::new());
        }
        let window = statement.window(path);
        level.arrange(statement, window)?;
        let sql = level.array(statement);
        let value = Value::Expression {
            sql,
            decoder: Some(Decoder::verbatim()),
        };
        Ok(vec![Member {
            key: key(embed, target),
            value,
        }])
    }

    /// The rows of `target` that belong to the row `near` of an outer level.
    fn related(
        statement: &mut Statement<'_>,
        near: &str,
        kind: &LinkKind,
        target: &'r Resource,
    ) -> Self {
        let alias = statement.alias();
        let mut level = Level::over(target, alias);
        match kind {
            LinkKind::ToOne { pairs, .. } | LinkKind::ToMany { pairs } => {
                level.conditions.push(meet(near, &level.alias, pairs));
            }
            LinkKind::ManyToMany {
                junction,
                near: nearer,
                far,
            } => {
                let between = statement.alias();
                let on = meet(&between, &level.alias, far);
                let _ = write!(level.from, " JOIN {junction} AS {between} ON {on}");
                level.conditions.push(meet(near, &between, nearer));
            }
        }
        level
    }
}

fn meet(near: &str, far: &str, pairs: &[Pair]) -> String {
    let conditions: Vec<String> = pairs
        .iter()
        .map(|pair| format!("{far}.{} = {near}.{}", pair.far, pair.near))
        .collect();
    conditions.join(" AND ")
}

fn key(embed: &Embed, target: &Resource) -> Key {
    match &embed.alias {
        Some(alias) => Key::Client(alias.as_str().to_owned()),
        // A configured name can be longer than PostgreSQL's identifiers.
        None if embed.relation.as_str() == target.name && target.name.len() < 64 => Key::Catalog {
            name: target.name.clone(),
            sql: rowhouse_catalog::quote_ident(&target.name),
        },
        None => Key::Client(embed.relation.as_str().to_owned()),
    }
}

/// The link a client means: by the target's name, or by a constraint or column that leads there.
/// A foreign key between the two goes before a way through a junction.
fn find<'r>(
    statement: &Statement<'r>,
    parent: &'r Resource,
    embed: &Embed,
) -> Result<&'r Link, PlanError> {
    let name = embed.relation.as_str();
    let target = |link: &Link| statement.resources.target(link).name.as_str();
    let hinted = |link: &Link| {
        embed
            .hint
            .as_ref()
            .is_none_or(|hint| link.is_hinted(hint.as_str()))
    };
    let forward = |link: &Link| matches!(link.kind, LinkKind::ToOne { forward: true, .. });
    let direct = |link: &Link| !matches!(link.kind, LinkKind::ManyToMany { .. });

    // Between rows of one table, its name means the many, its column or constraint the one.
    let named = |link: &&Link| target(link) == name && !(link.reflexive && forward(link));
    let keyed = |link: &&Link| forward(link) && link.is_hinted(name);
    let mut found: Vec<&Link> = parent
        .links
        .iter()
        .filter(|link| named(link) && hinted(link))
        .collect();
    if found.is_empty() {
        found = parent
            .links
            .iter()
            .filter(|link| keyed(link) && hinted(link))
            .collect();
    }
    if found.iter().any(|link| direct(link)) {
        found.retain(|link| direct(link));
    }
    match found[..] {
        [link] => Ok(link),
        [] => Err(PlanError::UnknownRelation {
            resource: parent.name.clone(),
            relation: name.to_owned(),
            nearest: nearest(name, parent.links.iter().map(target)).map(str::to_owned),
        }),
        _ => Err(PlanError::Ambiguous {
            resource: parent.name.clone(),
            relation: name.to_owned(),
            candidates: found
                .iter()
                .map(|link| format!("{name}!{}", link.hints.first().map_or("", String::as_str)))
                .collect(),
        }),
    }
}
