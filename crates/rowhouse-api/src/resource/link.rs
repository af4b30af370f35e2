//! The ways from a relation to related rows.

use rowhouse_catalog::Relation;

/// A way from a resource to another, made by one foreign key or by two through a junction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The place of the resource it leads to.
    pub(crate) target: usize,
    /// How it gets there.
    pub kind: LinkKind,
    /// It leads to the resource it starts from.
    pub reflexive: bool,
    /// What a client can name it by besides the target: constraints, columns, the junction.
    pub hints: Vec<String>,
}

/// How a link gets to its target. Columns are SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkKind {
    /// At most one row: along a foreign key, or against one whose columns are unique.
    ToOne {
        /// Which columns meet.
        pairs: Vec<Pair>,
        /// Along the foreign key, from the referencing side.
        forward: bool,
    },
    /// Any number of rows: against a foreign key.
    ToMany {
        /// Which columns meet.
        pairs: Vec<Pair>,
    },
    /// Any number of rows, through a table that references both sides.
    ManyToMany {
        /// The junction as SQL.
        junction: String,
        /// Columns of this side and of the junction.
        near: Vec<Pair>,
        /// Columns of the junction and of the target.
        far: Vec<Pair>,
    },
}

/// Two columns that meet, as SQL: of the side the link starts from, and of the side it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Nearer to the start.
    pub near: String,
    /// Nearer to the target.
    pub far: String,
}

impl Link {
    /// Whether it leads to at most one row.
    pub fn is_to_one(&self) -> bool {
        matches!(self.kind, LinkKind::ToOne { .. })
    }

    /// Whether a client's hint means this link.
    pub fn is_hinted(&self, hint: &str) -> bool {
        self.hints.iter().any(|known| known == hint)
    }
}

/// A foreign key between two served relations, by their places in the list.
#[derive(Debug)]
pub(super) struct Reference<'c> {
    pub(super) from: (usize, &'c Relation),
    pub(super) to: (usize, &'c Relation),
    pub(super) key: &'c rowhouse_catalog::ForeignKey,
}

impl Reference<'_> {
    /// The columns that meet, from the referencing to the referenced side.
    fn pairs(&self) -> Vec<Pair> {
        let sql = |relation: &Relation, number: i16| {
            let name = relation
                .column_at(number)
                .map_or("", |column| column.name.as_str());
            rowhouse_catalog::quote_ident(name)
        };
        let columns = self.key.columns.iter().zip(&self.key.referenced_columns);
        columns
            .map(|(&near, &far)| Pair {
                near: sql(self.from.1, near),
                far: sql(self.to.1, far),
            })
            .collect()
    }

    /// No two referencing rows share the columns, so there is at most one for each referenced row.
    fn is_unique(&self) -> bool {
        let keys = self.from.1.primary_key.iter().chain(&self.from.1.unique);
        keys.into_iter().any(|key| {
            key.columns
                .iter()
                .all(|column| self.key.columns.contains(column))
        })
    }

    fn hints(&self) -> Vec<String> {
        let mut hints = vec![self.key.name.clone()];
        if let [column] = self.key.columns[..] {
            hints.extend(
                self.from
                    .1
                    .column_at(column)
                    .map(|column| column.name.clone()),
            );
        }
        hints
    }

    /// The link along the key, for the referencing side.
    pub(super) fn forward(&self) -> Link {
        Link {
            target: self.to.0,
            kind: LinkKind::ToOne {
                pairs: self.pairs(),
                forward: true,
            },
            reflexive: self.from.0 == self.to.0,
            hints: self.hints(),
        }
    }

    /// The link against the key, for the referenced side.
    pub(super) fn backward(&self) -> Link {
        let pairs = flipped(self.pairs());
        let kind = if self.is_unique() {
            LinkKind::ToOne {
                pairs,
                forward: false,
            }
        } else {
            LinkKind::ToMany { pairs }
        };
        let mut hints = self.hints();
        if let [column] = self.key.referenced_columns[..] {
            hints.extend(
                self.to
                    .1
                    .column_at(column)
                    .map(|column| column.name.clone()),
            );
        }
        Link {
            target: self.from.0,
            kind,
            reflexive: self.from.0 == self.to.0,
            hints,
        }
    }

    /// The link from what this references to what `other` references, when both keys are part of
    /// the primary key of the table they are on.
    pub(super) fn through(&self, other: &Self) -> Option<Link> {
        let key = self.from.1.primary_key.as_ref()?;
        let within = |reference: &Self| {
            reference
                .key
                .columns
                .iter()
                .all(|column| key.columns.contains(column))
        };
        // A table keyed by one reference extends what it references; it joins nothing. The tenant
        // alone, part of every key in a shared database, joins nothing either.
        let covers = |a: &Self, b: &Self| {
            a.key
                .columns
                .iter()
                .all(|column| b.key.columns.contains(column))
        };
        if !within(self) || !within(other) || covers(self, other) || covers(other, self) {
            return None;
        }
        Some(Link {
            target: other.to.0,
            kind: LinkKind::ManyToMany {
                junction: self.from.1.qualified_name(),
                near: flipped(self.pairs()),
                far: other.pairs(),
            },
            reflexive: self.to.0 == other.to.0,
            hints: vec![
                self.from.1.name.clone(),
                self.key.name.clone(),
                other.key.name.clone(),
            ],
        })
    }
}

fn flipped(pairs: Vec<Pair>) -> Vec<Pair> {
    pairs
        .into_iter()
        .map(|Pair { near, far }| Pair {
            near: far,
            far: near,
        })
        .collect()
}
