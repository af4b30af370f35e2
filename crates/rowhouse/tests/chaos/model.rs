//! What the rows of a tenant must be, whatever happened to the requests that wrote them.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;
use rowhouse::{Delivery, Error, Row, Wait};
use uuid::Uuid;

/// What a row may be: a value, or absent.
pub(crate) type Value = Option<i64>;

/// One tenant's rows as they must be. A write whose outcome is unknown leaves a row with two values, the old and the
/// new; once the new one was seen, the old one must not come back.
#[derive(Default)]
pub(crate) struct Model {
    rows: BTreeMap<Uuid, (Value, Value)>,
    /// Rows that were written together: both are there, or neither.
    pub(crate) together: Vec<(Uuid, Uuid)>,
    pub(crate) done: BTreeMap<&'static str, u64>,
    pub(crate) in_doubt: u64,
}

/// What became of a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Done,
    NotDone,
    Unknown,
}

impl Model {
    pub(crate) fn write(&mut self, what: &'static str, changes: &[(Uuid, Value)], fate: Fate) {
        match fate {
            Fate::Done => *self.done.entry(what).or_default() += 1,
            Fate::Unknown => self.in_doubt += 1,
            Fate::NotDone => {}
        }
        for (id, new) in changes {
            let old = self.rows.get(id).and_then(|(_, now)| *now);
            let after = match fate {
                Fate::Done => (*new, *new),
                Fate::NotDone => (old, old),
                Fate::Unknown => (old, *new),
            };
            self.rows.insert(*id, after);
        }
    }

    /// A row whose value is known, to write to.
    pub(crate) fn settled(&self, chance: &mut StdRng) -> Option<(Uuid, i64)> {
        let known: Vec<_> = self
            .rows
            .iter()
            .filter_map(|(id, (old, new))| Some((*id, (*old)?)).filter(|_| old == new))
            .collect();
        (!known.is_empty()).then(|| known[chance.random_range(0..known.len())])
    }

    pub(crate) fn check(&mut self, told: &str, me: Uuid, answer: &[Row]) {
        let mut seen = BTreeMap::new();
        for row in answer {
            let (owner, id, n): (Uuid, Uuid, i64) = (row.get(0), row.get(1), row.get(2));
            assert_eq!(owner, me, "{told}: a foreign row");
            assert!(self.rows.contains_key(&id), "{told}: a row nobody wrote");
            assert!(seen.insert(id, n).is_none(), "{told}: a row twice");
        }
        for (id, (old, new)) in &mut self.rows {
            let now = seen.get(id).copied();
            assert!(
                now == *old || now == *new,
                "{told}: {id} is {now:?}, not {old:?} or {new:?}"
            );
            if now == *new {
                *old = *new;
            }
        }
        for (one, other) in &self.together {
            let both = (seen.contains_key(one), seen.contains_key(other));
            assert!(both.0 == both.1, "{told}: half of a transaction");
        }
        *self.done.entry("read").or_default() += 1;
    }

    /// Holds what was kept, when all is over, against what had to be.
    pub(crate) fn check_end(&self, me: Uuid, kept: &BTreeMap<Uuid, i64>) {
        for (id, (old, new)) in &self.rows {
            let now = kept.get(id).copied();
            assert!(
                now == *old || now == *new,
                "{me}: {id} ended as {now:?}, not {old:?} or {new:?}"
            );
        }
        assert!(
            kept.keys().all(|id| self.rows.contains_key(id)),
            "{me}: a row nobody wrote"
        );
        for (one, other) in &self.together {
            assert_eq!(
                kept.contains_key(one),
                kept.contains_key(other),
                "{me}: half of a transaction"
            );
        }
    }
}

/// What an error says about the write it ended. Anything that chaos does not explain is a failure.
pub(crate) fn fate(told: &str, error: &Error) -> Fate {
    match error {
        Error::Lost {
            delivery: Delivery::NotSent,
            ..
        }
        | Error::Unavailable { .. }
        | Error::Connect(_) => Fate::NotDone,
        Error::Lost { .. } => Fate::Unknown,
        // Administrative shutdown, crash, start-up: the session's end may have come after the commit.
        Error::Database(error) if error.code().starts_with("57P") => Fate::Unknown,
        Error::Timeout {
            wait: Wait::Exclusive | Wait::Share,
            ..
        } => Fate::NotDone,
        Error::Timeout { .. } => Fate::Unknown,
        other => panic!("{told}: {other} ({other:?})"),
    }
}
