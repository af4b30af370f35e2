//! What is written for a piece of work: the one place that puts statements on a wire.
//!
//! A script begins with its head and ends with its Sync; statements stand between them, each with a head in front of it:
//! what one of them set for the transaction must not decide whose rows the next one sees.

use bytes::BytesMut;
use postgres_types::Type;

use super::Work;
use super::prepared::Prepared;
use crate::head::{Head, Heading, Mode};
use crate::statement::prepared_name;
use crate::wire::encode;

/// A script being written to `out`.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    out: &'a mut BytesMut,
    /// What the connection has prepared; `None` where nothing may be prepared under a name.
    prepared: Option<&'a mut Prepared>,
    parsing: Vec<u64>,
}

impl<'a> Script<'a> {
    pub(crate) fn new(out: &'a mut BytesMut, prepared: Option<&'a mut Prepared>) -> Self {
        Self {
            out,
            prepared,
            parsing: Vec::new(),
        }
    }

    /// Makes room for what `work` will parse. A name that is in doubt is free again after a Close, which never fails
    /// and, standing before the head, is never skipped.
    pub(crate) fn announce(&mut self, work: &Work<'_>) -> &mut Self {
        let numbers: Vec<u64> = match work {
            Work::Describe(_, number) => vec![*number],
            Work::Run(steps) => steps.iter().map(|step| step.described.number).collect(),
        };
        let Some(prepared) = self.prepared.as_deref_mut() else {
            return self;
        };
        for &number in &numbers {
            if prepared.touch(number) || self.parsing.contains(&number) {
                continue;
            }
            if let Some(evicted) = prepared.insert(number) {
                encode::close(self.out, &prepared_name(evicted));
                // One of this very script: it is parsed again where it is run.
                if numbers.contains(&evicted) && !self.parsing.contains(&evicted) {
                    self.parsing.push(evicted);
                }
            }
            encode::close(self.out, &prepared_name(number));
            self.parsing.push(number);
        }
        self
    }

    /// A command of our own, such as BEGIN.
    pub(crate) fn command(&mut self, sql: &str) -> &mut Self {
        encode::command(self.out, sql);
        self
    }

    /// Parse of the head.
    pub(crate) fn parse_head(&mut self, head: &Head, name: &str, mode: Mode) -> &mut Self {
        head.prepare(self.out, name, mode);
        self
    }

    /// The head.
    pub(crate) fn head(&mut self, heading: &Heading<'_>) -> &mut Self {
        heading.write(self.out);
        self
    }

    /// The statements, with `again` between them; `row_cap` 0 is all rows. The first head is written before, since names
    /// are looked up in its `search_path`.
    pub(crate) fn work(&mut self, work: &Work<'_>, row_cap: u32, again: &Heading<'_>) -> &mut Self {
        match work {
            Work::Describe(statement, number) => {
                let name = self.name(*number);
                encode::parse(self.out, &name, statement.text(), std::iter::empty());
                encode::describe(self.out, &name);
            }
            Work::Run(steps) => {
                let mut parsed: Vec<u64> = Vec::new();
                for (at, step) in steps.iter().enumerate() {
                    if at > 0 {
                        self.head(again);
                    }
                    let number = step.described.number;
                    let name = self.name(number);
                    let due = self.prepared.is_none()
                        || (self.parsing.contains(&number) && !parsed.contains(&number));
                    if due {
                        let types = step.described.parameters.iter().map(Type::oid);
                        encode::parse(self.out, &name, step.statement.text(), types);
                        encode::describe(self.out, &name);
                        parsed.push(number);
                    } else if self.parsing.contains(&number) {
                        // Parsed a moment ago in this very script: what it gives may be new.
                        encode::describe(self.out, &name);
                    }
                    encode::bind(self.out, "", &name, step.bound);
                    encode::execute(self.out, "", row_cap);
                }
            }
        }
        self
    }

    /// The end.
    pub(crate) fn sync(&mut self) {
        encode::sync(self.out);
    }

    /// The descriptions whose names were prepared by this script.
    pub(crate) fn parsing(self) -> Vec<u64> {
        self.parsing
    }

    fn name(&self, number: u64) -> String {
        if self.prepared.is_some() {
            prepared_name(number)
        } else {
            String::new()
        }
    }
}
