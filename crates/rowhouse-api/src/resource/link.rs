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
    /// The foreign keys it is made of; none for a computed one.
    pub keys: Vec<LinkKey>,
    /// The table between, of a way through one.
    pub junction: Option<String>,
    /// Its target is a view.
    pub to_view: bool,
}

/// A foreign key on the way, by the names in the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkKey {
    /// The constraint.
    pub constraint: String,
    /// The columns nearer to the start.
    pub near: Vec<String>,
    /// The columns nearer to the target.
    pub far: Vec<String>,
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
        /// At most one row on this side too.
        unique: bool,
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
    /// What a function makes of a row.
    Computed {
        /// The function's name.
        name: String,
        /// The function as SQL.
        function: String,
        /// It gives one row at most.
        single: bool,
        /// The column that holds the row, as SQL, where what is read holds it instead of being it.
        held: Option<String>,
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
        matches!(
            self.kind,
            LinkKind::ToOne { .. } | LinkKind::Computed { single: true, .. }
        )
    }

    /// Whether it goes along a foreign key, from the referencing side.
    pub fn is_forward(&self) -> bool {
        matches!(self.kind, LinkKind::ToOne { forward: true, .. })
    }

    /// Whether a function makes it.
    pub fn is_computed(&self) -> bool {
        matches!(self.kind, LinkKind::Computed { .. })
    }

    /// Whether it goes by this name instead of its target's: a constraint, or the column it
    /// starts from. These mean tables, not the views that stand for them.
    pub fn is_named(&self, name: &str) -> bool {
        let [key] = &self.keys[..] else { return false };
        if self.to_view {
            return false;
        }
        key.constraint == name && !self.reflexive
            || self.is_forward() && (key.constraint == name || key.near_column() == Some(name))
    }

    /// Whether a client's hint means this link: a constraint, a column or a junction.
    pub fn is_hinted(&self, hint: &str) -> bool {
        self.junction.as_deref() == Some(hint)
            || self.keys.iter().any(|key| key.constraint == hint)
            || matches!(&self.keys[..], [key]
                if key.near_column() == Some(hint) || key.far_column() == Some(hint))
    }

    /// How many rows there are on either side.
    pub fn cardinality(&self) -> &'static str {
        match self.kind {
            LinkKind::ToOne { .. } if self.is_one_to_one() => "one-to-one",
            LinkKind::ToOne { .. } => "many-to-one",
            LinkKind::ToMany { .. } => "one-to-many",
            _ => "many-to-many",
        }
    }

    fn is_one_to_one(&self) -> bool {
        matches!(self.kind, LinkKind::ToOne { unique: true, .. })
    }
}

impl LinkKey {
    fn near_column(&self) -> Option<&str> {
        Self::telling(&self.near, &self.far)
    }

    fn far_column(&self) -> Option<&str> {
        Self::telling(&self.far, &self.near)
    }

    /// The only column, or the only one that has another name on the other side: in keys that
    /// hold the tenant too, the tenant's column tells nothing.
    fn telling<'k>(here: &'k [String], there: &[String]) -> Option<&'k str> {
        if let [column] = here {
            return Some(column);
        }
        let mut telling = here.iter().zip(there).filter(|(one, other)| one != other);
        let (column, _) = telling.next()?;
        telling.next().is_none().then_some(column)
    }
}

/// A foreign key between two served relations.
#[derive(Debug)]
pub(super) struct Reference<'c> {
    /// The table that has the key.
    pub(super) table: &'c Relation,
    /// The column of that table that holds the tenant.
    pub(super) tenant: Option<i16>,
    pub(super) from: Side<'c>,
    pub(super) to: Side<'c>,
    pub(super) key: &'c rowhouse_catalog::ForeignKey,
}

/// One side of a key: a table, or a view that passes the key's columns on.
#[derive(Debug, Clone)]
pub(super) struct Side<'c> {
    /// Its place in the list.
    pub(super) place: usize,
    pub(super) relation: &'c Relation,
    /// What the key's columns are called here; the tenant's may be left out.
    pub(super) columns: Vec<Option<String>>,
    /// Its rows, as they are read here, are the scope's tenant's alone.
    pub(super) pinned: bool,
}

impl Side<'_> {
    /// Whether it has all of the key's columns.
    pub(super) fn is_whole(&self) -> bool {
        self.columns.iter().all(Option::is_some)
    }
}

impl Reference<'_> {
    /// The columns that meet, from the referencing to the referenced side: those that both have.
    fn columns(&self) -> impl Iterator<Item = (&String, &String)> {
        let columns = self.from.columns.iter().zip(&self.to.columns);
        columns.filter_map(|(near, far)| Some((near.as_ref()?, far.as_ref()?)))
    }

    fn pairs(&self) -> Vec<Pair> {
        self.columns()
            .map(|(near, far)| Pair {
                near: rowhouse_catalog::quote_ident(near),
                far: rowhouse_catalog::quote_ident(far),
            })
            .collect()
    }

    /// No two referencing rows share the columns, so there is at most one for each referenced row.
    fn is_unique(&self) -> bool {
        let keys = self.table.primary_key.iter().chain(&self.table.unique);
        keys.into_iter().any(|key| {
            key.columns
                .iter()
                .all(|column| self.key.columns.contains(column))
        })
    }

    fn is_reflexive(&self) -> bool {
        self.from.place == self.to.place
    }

    fn key(&self) -> LinkKey {
        let (near, far) = self
            .columns()
            .map(|(near, far)| (near.clone(), far.clone()))
            .unzip();
        LinkKey {
            constraint: self.key.name.clone(),
            near,
            far,
        }
    }

    /// The link along the key, for the referencing side.
    pub(super) fn forward(&self) -> Link {
        Link {
            target: self.to.place,
            kind: LinkKind::ToOne {
                pairs: self.pairs(),
                forward: true,
                unique: self.is_unique(),
            },
            reflexive: self.is_reflexive(),
            keys: vec![self.key()],
            junction: None,
            to_view: !self.to.relation.is_table(),
        }
    }

    /// The link against the key, for the referenced side.
    pub(super) fn backward(&self) -> Link {
        let pairs = flipped(self.pairs());
        let kind = if self.is_unique() {
            LinkKind::ToOne {
                pairs,
                forward: false,
                unique: true,
            }
        } else {
            LinkKind::ToMany { pairs }
        };
        Link {
            target: self.from.place,
            kind,
            reflexive: self.is_reflexive(),
            keys: vec![turned(self.key())],
            junction: None,
            to_view: !self.from.relation.is_table(),
        }
    }

    /// The link from what this references to what `other` references, when both keys are part of
    /// the primary key of the table they are on. Beside columns of its own, a key may hold the
    /// tenant that the primary key does not: the rows of one tenant are as much apart without it.
    pub(super) fn through(&self, other: &Self) -> Option<Link> {
        let key = self.table.primary_key.as_ref()?;
        let within = |reference: &Self| {
            let columns = &reference.key.columns;
            columns.iter().all(|column| {
                let is_beside = columns.len() > 1 && self.tenant == Some(*column);
                is_beside || key.columns.contains(column)
            })
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
            target: other.to.place,
            kind: LinkKind::ManyToMany {
                junction: self.from.relation.qualified_name(),
                near: flipped(self.pairs()),
                far: other.pairs(),
            },
            reflexive: self.to.place == other.to.place,
            keys: vec![turned(self.key()), other.key()],
            junction: Some(self.from.relation.name.clone()),
            to_view: !other.to.relation.is_table(),
        })
    }
}

fn turned(
    LinkKey {
        constraint,
        near,
        far,
    }: LinkKey,
) -> LinkKey {
    LinkKey {
        constraint,
        near: far,
        far: near,
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
