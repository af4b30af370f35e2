//! One command on rows that are there.

use rowhouse_catalog::{Enabled, Privilege, Relation, RelationKind, Timing, Trigger, quote_ident};

use super::rows::{self, Rows};
use super::{Siege, State};
use crate::model::RowOwner;
use crate::probe::attack::Persona;
use crate::probe::doors::{Answer, ask};
use crate::probe::verdict::{Command, Verdict};
use crate::seal::literal;

/// What is asked, and what says that the other tenant was reached.
struct Try {
    what: &'static str,
    command: Command,
    sql: String,
    reached: Reached,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// Any row.
    Rows,
    /// Any row, or a constraint that a row met.
    RowsOrConstraint,
    /// A row that is the other's now, or a constraint that one met.
    Written,
}

impl Siege<'_, '_> {
    pub(super) async fn attempt(
        &self,
        persona: &Persona<'_>,
        relation: &Relation,
        command: Command,
        state: State,
        rows: &Rows,
    ) -> Verdict {
        if command == Command::Truncate {
            let may = persona.access.relation(relation).has(Privilege::Truncate)
                && persona.enters(&relation.schema);
            return if may {
                Verdict::Leaked {
                    seen: "the role may empty the table, which row security does not filter (looked up, not tried)".to_owned(),
                    statements: vec![format!("TRUNCATE {}", relation.qualified_name())],
                }
            } else {
                held("the role has no TRUNCATE (looked up, not tried)")
            };
        }
        if relation.kind == RelationKind::View && command != Command::Select {
            return not("writing through views is not tried on the database itself: probe a copy");
        }
        let privilege = match command {
            Command::Insert => Some(Privilege::Insert),
            Command::Update => Some(Privilege::Update),
            _ => None,
        };
        if privilege.is_some_and(|privilege| rows::written(persona, relation, privilege).is_empty())
        {
            return held("the role may write none of its columns");
        }
        let tries = match plan(self, persona, relation, command, state, rows) {
            Ok(tries) => tries,
            Err(why) => return Verdict::NotExercised { why },
        };
        let mut worst: Option<Verdict> = None;
        for attack in tries {
            let verdict = self.strike(persona, relation, state, rows, &attack).await;
            worst = Some(match worst {
                Some(known) => known.with(verdict),
                None => verdict,
            });
        }
        worst.unwrap_or_else(|| not("there was nothing to try"))
    }

    async fn strike(
        &self,
        persona: &Persona<'_>,
        relation: &Relation,
        state: State,
        rows: &Rows,
        attack: &Try,
    ) -> Verdict {
        let client = if state == State::Unset {
            &self.unset
        } else {
            &self.set
        };
        let begin = self.begin(persona, state, self.live.tenant);
        if let Answer::Refused { said, .. } = ask(client, &begin).await {
            let _ = ask(client, "ROLLBACK").await;
            return Verdict::NotExercised { why: said };
        }
        let answer = ask(client, &attack.sql).await;
        let written = match (&answer, attack.reached) {
            // Whether it is the other's row is the other's to say.
            (Answer::Rows(_, counts), Reached::Written)
                if counts.iter().any(|count| *count > 0) =>
            {
                self.is_theirs(client, relation, rows).await
            }
            _ => false,
        };
        let _ = ask(client, "ROLLBACK").await;
        let leaked = |seen: String| Verdict::Leaked {
            seen: format!("{}: {seen}", attack.what),
            statements: vec![begin.clone(), attack.sql.clone(), "ROLLBACK".to_owned()],
        };
        match answer {
            Answer::Rows(found, counts) => {
                let touched = counts
                    .iter()
                    .max()
                    .copied()
                    .unwrap_or(0)
                    .max(found.len() as u64);
                match attack.reached {
                    Reached::Written if written => {
                        leaked("the row is the other tenant's".to_owned())
                    }
                    Reached::Written => held("the row did not become the other tenant's"),
                    _ if touched > 0 => leaked(format!("{touched} of the other tenant's rows")),
                    _ => held("no row"),
                }
            }
            Answer::Refused { code, said } => match code.as_str() {
                "55P03" | "57014" | "40001" | "40P01" => Verdict::NotExercised {
                    why: format!("it would have waited, or took too long: {said}"),
                },
                constraint if constraint.starts_with("23") && attack.reached != Reached::Rows => {
                    if attack.reached == Reached::Written && fires_before(relation, attack.command)
                    {
                        // It may have made the row another one first.
                        not(
                            "a trigger runs before row security is checked, and a constraint refused the row",
                        )
                    } else {
                        leaked(format!(
                            "row security let it pass, a constraint stopped it: {said}"
                        ))
                    }
                }
                // Triggers run on rows that row security let pass; whose word it was is not to be seen.
                "P0001" | "P0004"
                    if attack.reached != Reached::Rows
                        && has_row_triggers(relation, attack.command) =>
                {
                    Verdict::NotExercised {
                        why: format!("a trigger, or a function of a policy, refused it: {said}"),
                    }
                }
                other
                    if ["08", "53", "XX"]
                        .iter()
                        .any(|class| other.starts_with(class)) =>
                {
                    Verdict::NotExercised { why: said }
                }
                _ => held(&said),
            },
        }
    }

    /// Whether the other tenant sees a row that this transaction wrote.
    async fn is_theirs(
        &self,
        client: &tokio_postgres::Client,
        relation: &Relation,
        rows: &Rows,
    ) -> bool {
        let sql = format!(
            "SELECT set_config({}, {}, true); \
             SELECT 1 FROM {} t WHERE {} AND t.xmin = pg_current_xact_id()::xid LIMIT 1",
            literal(self.setting),
            literal(self.live.other),
            relation.qualified_name(),
            rows.theirs_are()
        );
        match ask(client, &sql).await {
            // One row is what the setting gave.
            Answer::Rows(found, _) => found.len() > 1,
            Answer::Refused { .. } => false,
        }
    }
}

fn plan(
    siege: &Siege<'_, '_>,
    persona: &Persona<'_>,
    relation: &Relation,
    command: Command,
    state: State,
    rows: &Rows,
) -> Result<Vec<Try>, String> {
    let name = relation.qualified_name();
    let theirs = rows.are(false);
    // Without a tenant everybody's rows are another's.
    let any = if state == State::Tenant || rows.mine.is_empty() {
        theirs.clone()
    } else {
        format!("({theirs} OR {})", rows.are(true))
    };
    let owner = siege.context.model.row_owner(relation.oid);
    Ok(match command {
        Command::Select => vec![Try {
            what: "reading",
            command,
            sql: format!("SELECT 1 FROM {name} t WHERE {any} LIMIT 1"),
            reached: Reached::Rows,
        }],
        Command::Delete => vec![Try {
            what: "removing rows",
            command,
            sql: format!("DELETE FROM {name} t WHERE {any}"),
            reached: Reached::RowsOrConstraint,
        }],
        Command::Update => {
            let columns = rows::written(persona, relation, Privilege::Update);
            let free = columns.iter().find(|column| {
                let is_owner =
                    matches!(owner, Some(RowOwner::Column(number)) if *number == column.number);
                !is_owner && column.identity.is_none()
            });
            let Some(column) = free.or_else(|| columns.first()) else {
                return Err("the role may write none of its columns".to_owned());
            };
            let column = quote_ident(&column.name);
            let mut tries = vec![Try {
                what: "changing rows",
                command,
                sql: format!("UPDATE {name} t SET {column} = {column} WHERE {any}"),
                reached: Reached::RowsOrConstraint,
            }];
            if let Some(RowOwner::Column(number)) = owner
                && let Some(tenant) = relation.column_at(*number)
                && !rows.mine.is_empty()
                && state == State::Tenant
            {
                tries.push(Try {
                    what: "giving rows away",
                    command,
                    sql: format!(
                        "UPDATE {name} t SET {} = {} WHERE {}",
                        quote_ident(&tenant.name),
                        literal(siege.live.other),
                        rows.are(true)
                    ),
                    reached: Reached::Written,
                });
            }
            tries
        }
        Command::Insert => vec![insert(persona, relation, rows)?],
        Command::Truncate | Command::Call => {
            return Err("it is not tried on the database itself".to_owned());
        }
    })
}

/// A copy of one of the other's rows.
fn insert(persona: &Persona<'_>, relation: &Relation, rows: &Rows) -> Result<Try, String> {
    let name = relation.qualified_name();

    let Some(values) = &rows.values else {
        return Err(
            "the other tenant cannot read a row of its own whole, so that there is none to copy"
                .to_owned(),
        );
    };
    let written = rows::written(persona, relation, Privilege::Insert);
    let counts = |default: &str| default.contains("nextval(");
    let left = relation.columns.iter().find(|column| {
        let named = written.iter().any(|known| known.number == column.number);
        let counted = column.identity.is_some() || column.default.as_deref().is_some_and(counts);
        !named && counted
    });
    if let Some(left) = left {
        return Err(format!(
            "{} would take a number from its sequence, which no rollback gives back",
            left.name
        ));
    }
    let columns: Vec<String> = written
        .iter()
        .map(|column| quote_ident(&column.name))
        .collect();
    let overriding = if relation
        .columns
        .iter()
        .any(|column| column.identity.is_some())
    {
        " OVERRIDING SYSTEM VALUE"
    } else {
        ""
    };
    Ok(Try {
        what: "a row of the other tenant",
        command: Command::Insert,
        sql: format!(
            "INSERT INTO {name} ({}){overriding} VALUES ({values})",
            columns.join(", ")
        ),
        reached: Reached::Written,
    })
}

/// Whether triggers fire for each row that such a command meets.
fn has_row_triggers(relation: &Relation, command: Command) -> bool {
    row_triggers(relation, command).next().is_some()
}

/// The same, before the row is written.
fn fires_before(relation: &Relation, command: Command) -> bool {
    row_triggers(relation, command).any(|trigger| trigger.timing == Timing::Before)
}

fn row_triggers(relation: &Relation, command: Command) -> impl Iterator<Item = &Trigger> {
    relation.triggers.iter().filter(move |trigger| {
        let event = match command {
            Command::Insert => trigger.insert,
            Command::Update => trigger.update,
            Command::Delete => trigger.delete,
            _ => false,
        };
        event && trigger.for_each_row && fires(trigger)
    })
}

/// Whether it fires in an ordinary session.
pub(super) fn fires(trigger: &Trigger) -> bool {
    matches!(trigger.enabled, Enabled::Origin | Enabled::Always)
}

fn held(by: &str) -> Verdict {
    Verdict::Held { by: by.to_owned() }
}

fn not(why: &str) -> Verdict {
    Verdict::NotExercised {
        why: why.to_owned(),
    }
}
