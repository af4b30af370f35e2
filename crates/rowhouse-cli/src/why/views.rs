//! Views: their own conditions, and the rows under them.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use rowhouse_catalog::{Relation, RelationKind, quote_ident};
use rowhouse_guard::why::view::{Branch, Item, Query, query};
use rowhouse_guard::why::{Deed, has_policies};

use super::ask::Who;
use super::follow::{Following, Place, not_asked, values};
use super::level::{Holds, Kind, Level, Rights};
use super::row::{Key, Row, not_one, short};
use super::{added, redirect};
use crate::failure::{Causes, Misuse};

/// How deep views are followed.
const DEEPEST: usize = 16;

/// What is to be done with a row of a view.
#[derive(Debug, Clone)]
pub(super) struct Errand {
    pub(super) deed: Deed,
    pub(super) key: Key,
    /// For INSERT: the columns that are given, the others take their defaults.
    pub(super) given: BTreeSet<i16>,
    /// For INSERT: a view above checks what is written against the conditions of this one, too.
    pub(super) checked: bool,
    pub(super) depth: usize,
}

type Followed<'f> = Pin<Box<dyn Future<Output = anyhow::Result<Level>> + 'f>>;

impl Following<'_> {
    /// A view, its row, and what is under it.
    pub(super) fn view<'f>(
        &'f self,
        view: &'f Relation,
        place: Place,
        errand: Errand,
    ) -> Followed<'f> {
        Box::pin(async move {
            let mut level = self.level(view, Kind::View, &place);
            self.grants(&mut level, view, &place, errand.deed);
            let redirected = errand.deed != Deed::Select
                && redirect::decides(self, view, errand.deed, &mut level);
            if errand.deed != Deed::Select && !redirected {
                redirect::besides(self, view, errand.deed, &mut level);
            }
            // What runs in its place is given the rows that are found; for an INSERT there are none.
            if redirected && errand.deed == Deed::Insert {
                return Ok(level);
            }
            let deed = if redirected {
                Deed::Select
            } else {
                errand.deed
            };
            if deed != Deed::Select && !can(view, deed) {
                level.against.push(format!(
                    "PostgreSQL cannot write through {}: no rule and no trigger says how",
                    level.relation
                ));
                return Ok(level);
            }
            let errand = Errand { deed, ..errand };
            match query(self.catalog, view) {
                _ if errand.depth >= DEEPEST => level
                    .undecided
                    .push("views stand too deep on views to follow them".into()),
                Query::Made(why) => self.made(view, why, &errand, &mut level).await?,
                Query::Rows(branches) => {
                    self.branches(view, &branches, &errand, &mut level).await?;
                }
            }
            Ok(level)
        })
    }

    async fn branches(
        &self,
        view: &Relation,
        branches: &[Branch],
        errand: &Errand,
        level: &mut Level,
    ) -> anyhow::Result<()> {
        if let [only] = branches {
            return self.branch(view, only, errand, level).await;
        }
        let mut found = false;
        for (at, branch) in branches.iter().enumerate() {
            let role = level.role.clone();
            let mut part = Level::new(level.relation.clone(), Kind::Branch, &role, level.rights);
            part.notes.push(format!(
                "SELECT {} of {} that the view puts together",
                at + 1,
                branches.len()
            ));
            match self.branch(view, branch, errand, &mut part).await {
                Ok(()) => found = true,
                Err(error) if error.is::<Misuse>() => part.against.push(format!(
                    "SELECT {} of {} has no such row",
                    at + 1,
                    level.relation
                )),
                Err(error) => return Err(error),
            }
            level.row = level.row.take().or_else(|| part.row.clone());
            level.beneath.push(part);
        }
        if found {
            Ok(())
        } else {
            Err(not_one(&level.relation, &errand.key, 0).into())
        }
    }

    async fn branch(
        &self,
        view: &Relation,
        branch: &Branch,
        errand: &Errand,
        level: &mut Level,
    ) -> anyhow::Result<()> {
        let witness = match self.witness(view, branch, &errand.key).await {
            Ok(Some(witness)) => witness,
            Ok(None) => return self.unjoined(view, branch, errand, level).await,
            Err(error) if error.is::<Misuse>() || !self.eyes.connection.is_open() => {
                return Err(error);
            }
            Err(error) => {
                level.undecided.push(format!(
                    "the rows under {} cannot be found: {}",
                    level.relation,
                    Causes(&error)
                ));
                return Ok(());
            }
        };
        level.row = witness.shown.as_ref().map(|row| row.values.clone());
        let place = self.beneath(view);
        let inserts = errand.deed == Deed::Insert;
        let mut rows = witness.rows;
        let given = if inserts {
            added::given(view, branch, errand)
        } else {
            BTreeSet::new()
        };
        if let (true, [item]) = (inserts, &branch.items[..])
            && let (Some(relation), Some(Some(row))) = (self.relation(item), rows.first_mut())
        {
            match self.as_added(relation, row, &given).await {
                Ok(added) => *row = added,
                Err(error) if self.eyes.connection.is_open() => level.against.push(format!(
                    "the columns of {} that the view does not have cannot take their defaults: {}",
                    relation.qualified_name(),
                    Causes(&error)
                )),
                Err(error) => return Err(error),
            }
        }
        let option = view.check_option();
        let checked = errand.checked || option.is_some();
        if !inserts || checked {
            self.conditions(branch, &rows, &place, level, inserts)
                .await?;
        } else if !branch.conditions.is_empty() {
            level.notes.push(
                "without WITH CHECK OPTION its conditions are not asked of what is added".into(),
            );
        }
        for (item, row) in branch.items.iter().zip(rows) {
            let beneath = Errand {
                deed: errand.deed,
                key: Vec::new(),
                given: given.clone(),
                checked: errand.checked || option == Some("cascaded"),
                depth: errand.depth + 1,
            };
            if let Some(found) = self.item(view, item, row, &place, beneath).await? {
                level.beneath.push(found);
            } else {
                level.notes.push(format!(
                    "no row of {} joins it, and it needs none",
                    item.what
                ));
            }
        }
        Ok(())
    }

    /// What a view reads in one place; none where an outer join found nothing.
    async fn item(
        &self,
        view: &Relation,
        item: &Item,
        row: Option<Row>,
        place: &Place,
        mut errand: Errand,
    ) -> anyhow::Result<Option<Level>> {
        let mut place = place.clone();
        let Some(relation) = self.relation(item) else {
            let rights = if place.who == Who::Caller {
                Rights::Caller
            } else {
                Rights::ViewOwner
            };
            let mut level = Level::new(
                item.what.clone(),
                Kind::Other,
                &self.name(place.role),
                rights,
            );
            level.alias = Some(item.alias.clone());
            level.optional = item.optional;
            level.row = row.map(|row| row.values);
            level
                .undecided
                .push(format!("what {} gives is not followed", short(&item.what)));
            return Ok(Some(level));
        };
        place.used = Some(self.used(view, relation.oid));
        place.alias = (item.alias != quote_ident(&relation.name)).then(|| item.alias.clone());
        let mut level = match row {
            None if item.optional => {
                let mut level = self.outline(relation, &place);
                level
                    .notes
                    .push("an outer join: no row of it is there, with all rows in sight".into());
                level
            }
            None => return Ok(None),
            Some(row) if has_policies(relation) => {
                self.table(relation, &place, &row, errand.deed).await?
            }
            Some(row) if relation.kind == RelationKind::View && !relation.is_system() => {
                errand.key = self.key_of(relation, &row);
                self.view(relation, place, errand).await?
            }
            Some(row) => self.bare(relation, &place, Some(&row), errand.deed),
        };
        level.optional = item.optional;
        Ok(Some(level))
    }

    /// The view's own conditions, asked with the rights that count beneath it.
    async fn conditions(
        &self,
        branch: &Branch,
        rows: &[Option<Row>],
        place: &Place,
        level: &mut Level,
        inserts: bool,
    ) -> anyhow::Result<()> {
        for condition in &branch.conditions {
            let from = self.from(branch, &condition.items, rows);
            let mut said = match from {
                Some(from) => self.app.holds(&place.who, &condition.part, &from).await?,
                None => not_asked(&condition.part),
            };
            for &at in &condition.items {
                if let Some(Some(row)) = rows.get(at) {
                    let several = branch.items.len() > 1;
                    for (column, value) in values(&condition.part, row) {
                        let alias = &branch.items[at].alias;
                        let full = format!("{alias}.{}", quote_ident(&column));
                        if !several {
                            said.values.insert(column, value);
                        } else if said.sql.contains(&full) {
                            said.values.insert(full, value);
                        }
                    }
                }
            }
            let sql = short(&said.sql);
            match said.holds {
                Holds::Yes => {}
                Holds::NotAsked => level.undecided.push(format!(
                    "the condition of {} cannot be asked by itself: {sql}",
                    level.relation
                )),
                _ if inserts => level.against.push(format!(
                    "WITH CHECK OPTION of {}: it does not meet {sql}",
                    level.relation
                )),
                _ => level
                    .against
                    .push(format!("{} leaves it out: {sql}", level.relation)),
            }
            level.conditions.push(said);
        }
        Ok(())
    }
}

/// Whether the server writes through a view.
fn can(view: &Relation, deed: Deed) -> bool {
    view.updatable.is_some_and(|commands| match deed {
        Deed::Select => true,
        Deed::Insert => commands.insert,
        Deed::Update => commands.update,
        Deed::Delete => commands.delete,
    })
}
