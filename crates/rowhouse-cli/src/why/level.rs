//! What was looked at, relation by relation, and what comes of it.

use serde::Serialize;
use serde_json::{Map, Value};

/// Whether it can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Yes,
    No,
    /// A function or a rule decides, or something could not be asked.
    Unknown,
}

/// One relation on the way to the rows.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Level {
    /// Its name, as SQL.
    pub(super) relation: String,
    pub(super) kind: Kind,
    /// Its name in the query of the view above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alias: Option<String>,
    /// The role whose rights count for it.
    pub(super) role: String,
    pub(super) rights: Rights,
    /// The row is there for the view above without it: an outer join.
    pub(super) optional: bool,
    /// The row's values by column; none where no single row of it is looked at.
    pub(super) row: Option<Map<String, Value>>,
    pub(super) grants: Vec<Grant>,
    /// Why its policies are not asked; none where they are, or where it can have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exempt: Option<String>,
    pub(super) looks: Vec<LookSaid>,
    /// A view's own conditions: WHERE and ON.
    pub(super) conditions: Vec<Condition>,
    pub(super) foreign_keys: Vec<KeySaid>,
    pub(super) notes: Vec<String>,
    /// Privileges that are missing: the whole statement fails, wherever in it that is.
    pub(super) denied: Vec<String>,
    /// What stands against it here.
    pub(super) against: Vec<String>,
    /// What cannot be told here.
    pub(super) undecided: Vec<String>,
    /// What it reads.
    pub(super) beneath: Vec<Level>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Table,
    View,
    /// One SELECT of a view that is a UNION of several.
    Branch,
    MaterializedView,
    ForeignTable,
    /// A function or sub-select in a view's FROM.
    Other,
}

/// Whose rights count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Rights {
    /// The service's, which asks.
    Caller,
    /// Those of the owner of the view above.
    ViewOwner,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Grant {
    /// `SELECT` and so on; `USAGE` is the schema's.
    pub(super) privilege: &'static str,
    /// The columns that have to be granted each; empty: the relation, or any column of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) columns: Vec<String>,
    pub(super) held: bool,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct LookSaid {
    /// `found`, `taken` or `written`.
    pub(super) look: &'static str,
    #[serde(skip)]
    pub(super) heading: &'static str,
    pub(super) policies: Vec<PolicySaid>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct PolicySaid {
    pub(super) policy: String,
    pub(super) permissive: bool,
    /// Null where no row of its table was looked at.
    pub(super) holds: Option<bool>,
    /// Its conjuncts; none where it has no condition, and opens nothing.
    pub(super) conditions: Option<Vec<Condition>>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) holds: Holds,
    /// What the server said where it refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// The columns it names with the row's values.
    pub(super) values: Map<String, Value>,
    /// The settings it asks for, null where they are not set.
    pub(super) settings: Map<String, Value>,
}

/// What came of asking a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Holds {
    Yes,
    No,
    /// Neither: null, which counts as no.
    Null,
    /// The server refused to say.
    Failed,
    /// It could not be asked.
    NotAsked,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct KeySaid {
    pub(super) name: String,
    /// The table at its other end.
    pub(super) relation: String,
    /// `references` that table, or is `referenced_by` it.
    pub(super) direction: Direction,
    /// How many rows there are at the other end, whosever.
    pub(super) rows: i64,
    /// Whether they stand against it; otherwise they follow, or are let go.
    pub(super) blocks: bool,
    /// In words.
    pub(super) what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Direction {
    References,
    ReferencedBy,
}

impl Level {
    pub(super) fn new(relation: String, kind: Kind, role: &str, rights: Rights) -> Self {
        Self {
            relation,
            kind,
            alias: None,
            role: role.to_owned(),
            rights,
            optional: false,
            row: None,
            grants: Vec::new(),
            exempt: None,
            looks: Vec::new(),
            conditions: Vec::new(),
            foreign_keys: Vec::new(),
            notes: Vec::new(),
            denied: Vec::new(),
            against: Vec::new(),
            undecided: Vec::new(),
            beneath: Vec::new(),
        }
    }

    /// What comes of all of it, with the reasons.
    pub(super) fn answer(&self) -> (Answer, Vec<String>) {
        let mut denied = Vec::new();
        self.denials(&mut denied);
        let (answer, reasons) = self.by_rows();
        if denied.is_empty() {
            return (answer, reasons);
        }
        if answer == Answer::No {
            denied.extend(reasons);
        }
        (Answer::No, denied)
    }

    fn denials(&self, found: &mut Vec<String>) {
        for words in &self.denied {
            if !found.contains(words) {
                found.push(words.clone());
            }
        }
        for level in &self.beneath {
            level.denials(found);
        }
    }

    /// What comes of the rows, as if all were granted.
    fn by_rows(&self) -> (Answer, Vec<String>) {
        let mut against = self.against.clone();
        let mut undecided = self.undecided.clone();
        let branches = self
            .beneath
            .iter()
            .filter(|level| level.kind == Kind::Branch);
        let answers: Vec<(Answer, Vec<String>)> = branches.map(Self::by_rows).collect();
        let any = |wanted: Answer| answers.iter().any(|(answer, _)| *answer == wanted);
        // One SELECT of a UNION is enough.
        if !answers.is_empty() && !any(Answer::Yes) {
            let into = if any(Answer::Unknown) {
                &mut undecided
            } else {
                &mut against
            };
            for (_, reasons) in &answers {
                into.extend(reasons.iter().cloned());
            }
        }
        let needed = self
            .beneath
            .iter()
            .filter(|level| level.kind != Kind::Branch && !level.optional);
        for level in needed {
            let (answer, reasons) = level.by_rows();
            match answer {
                Answer::Yes => {}
                Answer::No => against.extend(reasons),
                Answer::Unknown => undecided.extend(reasons),
            }
        }
        if !against.is_empty() {
            (Answer::No, against)
        } else if !undecided.is_empty() {
            (Answer::Unknown, undecided)
        } else {
            (Answer::Yes, Vec::new())
        }
    }
}
