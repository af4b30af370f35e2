//! A plan as SQL to read, and as numbered files for migration tools.

use std::fmt::Write as _;

use super::Aim;
use super::plan::{How, Plan, Step, Work};

/// How long a statement waits for a lock before it lets the others pass.
const LOCK_TIMEOUT: &str = "3s";
/// The same while it holds another lock already: well below the second after which a server looks for deadlocks by default
/// and breaks off whoever waits, which could be the service.
const SECOND_LOCK_TIMEOUT: &str = "500ms";

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// To isolation.
    Up,
    /// Back.
    Down,
}

/// A file of a migration tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, such as `0001_public_items_tenant_id.up.sql`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl Plan {
    /// The whole as one text, to be run by `psql`.
    pub fn to_sql(&self, way: Script) -> String {
        let mut text = comment(&self.summary(way));
        let _ = writeln!(text, "SET lock_timeout = '{LOCK_TIMEOUT}';");
        for (number, step, work) in self.works(way) {
            let _ = write!(text, "\n{}", heading(number, step, work));
            match work.how {
                How::Together if work.statements.len() > 1 || !work.locks(0).is_empty() => {
                    let _ = write!(text, "BEGIN;\n{}{}COMMIT;\n", locks(work), statements(work));
                }
                How::Together | How::Look => text.push_str(&statements(work)),
                // Nobody waits behind these, so they may wait themselves.
                _ => {
                    let _ = write!(
                        text,
                        "SET lock_timeout = 0;\n{}SET lock_timeout = '{LOCK_TIMEOUT}';\n",
                        statements(work)
                    );
                }
            }
        }
        if way == Script::Up {
            text.push_str(&self.words());
        }
        text
    }

    /// Numbered files, two for each step, the first with this number: `NNNN_name.up.sql` and `NNNN_name.down.sql`. A tool
    /// runs each in a transaction, but for those that begin with `-- no-transaction`.
    pub fn to_files(&self, first: usize) -> Vec<File> {
        let mut files = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let number = first + at;
            let stem = format!("{number:04}_{}", slug(step));
            for (end, work) in [("up", Some(&step.up)), ("down", step.down.as_ref())] {
                files.push(File {
                    name: format!("{stem}.{end}.sql"),
                    text: file(at + 1, step, work),
                });
            }
        }
        files
    }

    fn works(&self, way: Script) -> Vec<(usize, &Step, &Work)> {
        let steps = self.steps.iter().enumerate();
        match way {
            Script::Up => steps.map(|(at, step)| (at + 1, step, &step.up)).collect(),
            Script::Down => {
                let downs =
                    steps.filter_map(|(at, step)| Some((at + 1, step, step.down.as_ref()?)));
                downs.rev().collect()
            }
        }
    }

    fn summary(&self, way: Script) -> String {
        match way {
            Script::Up => format!(
                "{} steps to {}. Run it with psql -v ON_ERROR_STOP=1.\nA statement that cannot have its lock within {LOCK_TIMEOUT} fails: print the rest anew then, and go on.\n{}",
                self.steps.len(),
                match self.aim {
                    Aim::Isolated => "tenant isolation",
                    Aim::Observed => "observing; nothing is kept apart by them",
                    Aim::Unobserved => "what was before observing",
                },
                self.taken.join("\n")
            ),
            Script::Down => "The way back, step by step: the schema as it was.".to_owned(),
        }
    }

    /// What no statement says, as comments.
    fn words(&self) -> String {
        let mut text = String::new();
        let decisions = self.decisions();
        let serious = decisions.iter().map(|decision| {
            let finding = decision.finding;
            let (crate::Fix::Sql(fix) | crate::Fix::Words(fix)) = &finding.fix;
            format!(
                "{} {}: {} [{}]\n{fix}\nleft because {}",
                finding.level.word(),
                finding.object,
                finding.message,
                finding.rule,
                decision.why
            )
        });
        let left = self
            .left_beside()
            .map(|(object, why)| format!("{object}: {why}"));
        for (heading, entries) in [
            ("Beside it:", self.around.clone()),
            ("Left as it is:", left.collect()),
            (
                "For you to decide: what the audit will still find, what closes it, and why no step does:",
                serious.collect(),
            ),
        ] {
            if entries.is_empty() {
                continue;
            }
            text.push('\n');
            text.push_str(&comment(heading));
            for entry in entries {
                text.push_str(&comment(&format!("* {}", entry.replace('\n', "\n  "))));
            }
        }
        text
    }
}

fn heading(number: usize, step: &Step, work: &Work) -> String {
    let mut text = comment(&format!(
        "{number}. {}\n{}",
        step.what,
        work.lock_in_words()
    ));
    if let Some((_, clear)) = &work.leftover {
        text.push_str(&comment(&format!("After an interruption first: {clear};")));
    }
    if let Some(query) = &step.against {
        text.push_str(&comment(&format!("If rows stand against it: {query};")));
    }
    text
}

/// A text as comments, whatever is in it: a name can hold the end of a line.
fn comment(text: &str) -> String {
    let mut comment = String::new();
    for line in text.split(['\n', '\r']) {
        comment.extend(["-- ", line, "\n"]);
    }
    comment
}

fn statements(work: &Work) -> String {
    let mut text = String::new();
    for statement in &work.statements {
        text.extend([
            statement, ";
",
        ]);
    }
    text
}

/// The locks of a step on several tables, in a transaction.
fn locks(work: &Work) -> String {
    let mut text = String::new();
    for (at, lock) in work.locks(0).iter().enumerate() {
        if at == 1 {
            let _ = writeln!(text, "SET LOCAL lock_timeout = '{SECOND_LOCK_TIMEOUT}';");
        }
        let _ = writeln!(text, "{lock};");
    }
    text
}

fn file(number: usize, step: &Step, work: Option<&Work>) -> String {
    let Some(work) = work else {
        let words = format!(
            "{number}. {}\nNothing: the way back of another step takes it along.",
            step.what
        );
        return comment(&words) + "SELECT 1;\n";
    };
    match work.how {
        How::Together | How::Look => format!(
            "{}SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';\n{}{}",
            heading(number, step, work),
            locks(work),
            statements(work)
        ),
        // The only statement of its file: several at a time would be a transaction.
        How::Alone | How::Batches(_) => format!(
            "-- no-transaction\n{}{}",
            heading(number, step, work),
            statements(work)
        ),
    }
}

/// What a step is about, as a part of a file's name.
fn slug(step: &Step) -> String {
    let words = step.what.to_lowercase();
    let mut slug = String::new();
    for letter in words.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.ends_with('_') && !slug.is_empty() {
            slug.push('_');
        }
        if slug.len() > 48 {
            break;
        }
    }
    slug.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::comment;

    #[test]
    fn no_name_gets_out_of_a_comment() {
        let text = comment("public.\"x\nDROP TABLE y;\rDROP TABLE z;\": row security");
        assert!(text.lines().all(|line| line.starts_with("-- ")), "{text}");
        assert_eq!(text.lines().count(), 3);
        assert!(!text.contains('\r'));
    }
}
