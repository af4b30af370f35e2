//! Related rows: found along foreign keys, joined where there is at most one, collected where
//! there may be more.

use std::fmt::Write;
use std::mem::{replace, take};

use crate::json::Decoder;
use crate::request::{Embed, Join, Name};
use crate::resource::{Link, LinkKind, Pair, Resource};

use super::PlanError;
use super::level::Level;
use super::output::{Key, Member, Value, server_object};
use super::place::{Embedded, Place};
use super::statement::Statement;
use super::{aggregate, find};

impl<'r> Level<'r> {
    /// Adds related rows to the row at `near`; gives the members they become.
    pub(super) fn embed(
        &mut self,
        statement: &mut Statement<'r>,
        near: &mut Place<'r>,
        embed: &Embed,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let link = find::find(statement.resources, near.resource, embed)?;
        let target = statement.resources.target(link);
        let name = embed.alias.as_ref().unwrap_or(&embed.relation);
        path.push(name.clone());
        statement.enter(path);
        let related = Related {
            link,
            target,
            embed,
        };
        let members = if !link.is_to_one() {
            self.collect_many(statement, near, related, path)
        } else if !embed.spread && aggregate::groups(statement, target, &embed.select)? {
            self.collect_one(statement, near, related, path)
        } else {
            self.join_one(statement, near, related, path)
        };
        path.pop();
        members
    }

    fn join_one(
        &mut self,
        statement: &mut Statement<'r>,
        near: &mut Place<'r>,
        Related {
            link,
            target,
            embed,
        }: Related<'r, '_>,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let mut far = Place::new(target, statement.alias());
        let (table, mut on) = link.joined(target, &near.alias, &far.alias);
        let present = format!("({}.{} IS NOT NULL)", far.alias, link.sign(target));
        far.present = Some(present.clone());

        // What is nested in the related row decides whether that row is there, not its parent.
        let outer_from = replace(&mut self.from, table.clone());
        let outer_conditions = take(&mut self.conditions);
        let members = self
            .members_of(statement, &mut far, &embed.select, path)
            .and_then(|members| self.restrict(statement, &far, path).map(|()| members));
        let mut joined = replace(&mut self.from, outer_from);
        on.extend(replace(&mut self.conditions, outer_conditions));
        let members = members?;

        near.embedded.push(Embedded {
            name: path.last().unwrap_or(&embed.relation).clone(),
            resource: target,
            exists: present.clone(),
            joined: Some(far.alias),
        });
        if joined != table {
            joined = format!("({joined})");
        }
        let join = if embed.join == Some(Join::Inner) {
            "JOIN"
        } else {
            "LEFT JOIN"
        };
        let on = if on.is_empty() {
            "true".to_owned()
        } else {
            on.join(" AND ")
        };
        let _ = write!(self.from, " {join} {joined} ON {on}");
        if embed.spread {
            return Ok(members);
        }
        if embed.select.shows_nothing() {
            return Ok(Vec::new());
        }
        Ok(vec![Member {
            key: key(embed, target),
            value: Value::Row { present, members },
            aggregate: false,
        }])
    }

    /// A single related row of which only aggregates are wanted.
    fn collect_one(
        &mut self,
        statement: &mut Statement<'r>,
        near: &mut Place<'r>,
        related: Related<'r, '_>,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let level = self.related(statement, near, related, path)?;
        let object = server_object(&level.members, statement);
        let sql = format!("({})", level.print(&object));
        Ok(vec![self.collected(statement, related, sql)])
    }

    fn collect_many(
        &mut self,
        statement: &mut Statement<'r>,
        near: &mut Place<'r>,
        related: Related<'r, '_>,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let mut level = self.related(statement, near, related, path)?;
        if related.embed.select.shows_nothing() {
            return Ok(Vec::new());
        }
        let window = statement.window(path);
        level.arrange(statement, window)?;
        if related.embed.spread {
            return Ok(self.spread_many(statement, level));
        }
        let sql = level.array(statement);
        Ok(vec![self.collected(statement, related, sql)])
    }

    /// The level of the rows that are related to the row at `near`.
    fn related(
        &mut self,
        statement: &mut Statement<'r>,
        near: &mut Place<'r>,
        Related {
            link,
            target,
            embed,
        }: Related<'r, '_>,
        path: &mut Vec<Name>,
    ) -> Result<Self, PlanError> {
        let alias = statement.alias();
        let (mut from, mut on) = link.joined(target, &near.alias, &alias);
        if let LinkKind::ManyToMany {
            junction,
            near: nearer,
            far,
        } = &link.kind
        {
            let between = statement.alias();
            let meeting = meet(&between, &alias, far).join(" AND ");
            let _ = write!(from, " JOIN {junction} AS {between} ON {meeting}");
            on = meet(&near.alias, &between, nearer);
        }
        let mut level = Self::over(target, alias, from);
        level.conditions = on;
        level.select(statement, &embed.select, path)?;
        // Before order and bounds: a page of none does not make its parent go.
        let exists = level.exists();
        if embed.join == Some(Join::Inner) {
            self.conditions.push(exists.clone());
        }
        near.embedded.push(Embedded {
            name: path.last().unwrap_or(&embed.relation).clone(),
            resource: target,
            exists,
            joined: None,
        });
        Ok(level)
    }

    /// A member that the server makes of related rows.
    fn collected(
        &mut self,
        statement: &mut Statement<'r>,
        Related { target, embed, .. }: Related<'r, '_>,
        sql: String,
    ) -> Member {
        let (sql, decoder) = if self.grouped {
            // Rows are grouped by it, which JSON in this form can be.
            let alias = statement.alias();
            let _ = write!(
                self.from,
                " LEFT JOIN LATERAL (SELECT {sql}::pg_catalog.jsonb AS v) AS {alias} ON true"
            );
            (format!("{alias}.v"), Decoder::jsonb())
        } else {
            (sql, Decoder::verbatim())
        };
        Member {
            key: key(embed, target),
            value: Value::Expression {
                sql,
                decoder: Some(decoder),
            },
            aggregate: false,
        }
    }

    /// Each member of related rows as an array of its own.
    fn spread_many(&mut self, statement: &mut Statement<'r>, level: Self) -> Vec<Member> {
        let alias = statement.alias();
        let expressions: Vec<String> = level
            .members
            .iter()
            .map(|member| member.value.server_side(statement))
            .collect();
        let (ty, decoder) = if self.grouped {
            ("jsonb", Decoder::jsonb())
        } else {
            ("json", Decoder::verbatim())
        };
        let gathered = |expression: &str| {
            format!("coalesce(pg_catalog.{ty}_agg({expression}), '[]'::pg_catalog.{ty})")
        };
        let numbered = expressions.iter().zip(&level.members).enumerate();
        let sql = if level.grouped {
            let list: Vec<String> = numbered
                .map(|(index, (expression, member))| {
                    if let (true, Value::Represented { .. }) = (member.aggregate, &member.value) {
                        format!("CAST({expression} AS pg_catalog.{ty}) AS c{index}")
                    } else if member.aggregate {
                        format!("{expression} AS c{index}")
                    } else {
                        format!("{} AS c{index}", gathered(expression))
                    }
                })
                .collect();
            format!("SELECT {}{}", list.join(", "), level.rows())
        } else {
            let inner: Vec<String> = numbered
                .map(|(index, (expression, _))| format!("{expression} AS c{index}"))
                .collect();
            let outer: Vec<String> = (0..inner.len())
                .map(|index| format!("{} AS c{index}", gathered(&format!("r.c{index}"))))
                .collect();
            let rows = level.print(&inner.join(", "));
            format!("SELECT {} FROM ({rows}) AS r", outer.join(", "))
        };
        let _ = write!(self.from, " LEFT JOIN LATERAL ({sql}) AS {alias} ON true");
        let members = level.members.into_iter().enumerate();
        members
            .map(|(index, member)| {
                let decoder = match member.value {
                    Value::Expression { decoder, .. } if member.aggregate => decoder,
                    _ => Some(decoder.clone()),
                };
                Member {
                    key: member.key,
                    value: Value::Expression {
                        sql: format!("{alias}.c{index}"),
                        decoder,
                    },
                    aggregate: false,
                }
            })
            .collect()
    }
}

/// What is embedded, and the way to it.
#[derive(Clone, Copy)]
struct Related<'r, 'e> {
    link: &'r Link,
    target: &'r Resource,
    embed: &'e Embed,
}

impl Link {
    /// The target as it stands in FROM, and when a row of it belongs to the row `near`. A way
    /// through a junction needs that too.
    fn joined(&self, target: &Resource, near: &str, far: &str) -> (String, Vec<String>) {
        match &self.kind {
            LinkKind::ToOne { pairs, .. } | LinkKind::ToMany { pairs } => {
                (format!("{} AS {far}", target.sql), meet(near, far, pairs))
            }
            LinkKind::ManyToMany { .. } => (format!("{} AS {far}", target.sql), Vec::new()),
            LinkKind::Computed { function, held, .. } => {
                let row = match held {
                    None => near.to_owned(),
                    Some(column) => format!("{near}.{column}"),
                };
                (format!("LATERAL {function}({row}) AS {far}"), Vec::new())
            }
        }
    }

    /// A column, as SQL, that is not null in a related row that is there.
    fn sign<'r>(&'r self, target: &'r Resource) -> &'r str {
        match &self.kind {
            LinkKind::ToOne { pairs, .. } => pairs.first().map_or("", |pair| pair.far.as_str()),
            _ => {
                let place = target.key.first().copied().unwrap_or(0);
                target.columns.get(place).map_or("", |column| &column.sql)
            }
        }
    }
}

fn meet(near: &str, far: &str, pairs: &[Pair]) -> Vec<String> {
    pairs
        .iter()
        .map(|pair| format!("{far}.{} = {near}.{}", pair.far, pair.near))
        .collect()
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
