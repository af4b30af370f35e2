//! The audit in a process of its own, which is this program again.
//!
//! Parsing and proving need some megabytes of code and memory that a service never needs again, and at a reload they would
//! keep a core from answering. What goes wrong in there, a panic or a stack that is too deep, does not reach the service:
//! without verdicts nothing new is served.

use std::io::{BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use rowhouse_catalog::Catalog;
use serde::{Deserialize, Serialize};

use super::gate;
use super::verdicts::{Question, Verdicts};
use crate::failure::Misuse;

/// The command's name; it is not for people.
const NAME: &str = "judge";

/// Audit the catalogs on standard input for `serve`
#[derive(Debug, clap::Args)]
#[command(name = NAME, hide = true)]
pub(crate) struct Judge {}

/// What comes back.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Verdicts(Verdicts),
    /// The question cannot be answered, and why.
    Misuse {
        message: String,
        hint: Option<String>,
    },
}

impl Judge {
    /// A line with the question, then the catalogs; the answer goes to standard output.
    pub(crate) fn run() -> anyhow::Result<()> {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        let (question, catalog) = text.split_once('\n').context("no question")?;
        let question = serde_json::from_str(question)?;
        let catalog = Catalog::from_json(catalog)?;
        let answer = match gate::examine(&catalog, &question) {
            Ok(verdicts) => Answer::Verdicts(verdicts),
            Err(misuse) => Answer::Misuse {
                message: misuse.to_string(),
                hint: misuse.way_out().map(str::to_owned),
            },
        };
        let mut out = BufWriter::new(std::io::stdout().lock());
        serde_json::to_writer(&mut out, &answer)?;
        out.flush()?;
        Ok(())
    }
}

/// Starts the process, asks it and waits for its answer, on this thread.
pub(super) fn ask(catalog: &Catalog, question: &Question) -> anyhow::Result<Verdicts> {
    let mut judge = Running(
        Command::new(this_program()?)
            .arg(NAME)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the audit")?,
    );
    let input = judge.0.stdin.take().context("no way to the audit")?;
    let asked = write(input, catalog, question);
    let mut answer = Vec::new();
    let mut output = judge.0.stdout.take().context("no way from the audit")?;
    output.read_to_end(&mut answer)?;
    let status = judge.0.wait()?;
    if !status.success() {
        bail!("the audit ended with {status}");
    }
    asked.context("the audit did not listen")?;
    match serde_json::from_slice(&answer).context("the audit's answer is not understood")? {
        Answer::Verdicts(verdicts) => Ok(verdicts),
        Answer::Misuse { message, hint } => {
            let misuse = Misuse::new(message);
            Err(match hint {
                Some(hint) => misuse.hint(hint),
                None => misuse,
            }
            .into())
        }
    }
}

fn write(input: impl Write, catalog: &Catalog, question: &Question) -> anyhow::Result<()> {
    let mut input = BufWriter::new(input);
    serde_json::to_writer(&mut input, question)?;
    input.write_all(b"\n")?;
    catalog.write_json(&mut input)?;
    input.flush()?;
    Ok(())
}

/// A process that does not outlive whoever asked it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// This very program, even where an upgrade has replaced its file.
fn this_program() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}
