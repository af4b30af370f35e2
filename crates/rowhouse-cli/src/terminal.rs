//! What people see: answers on standard output, progress and trouble on standard error.
//!
//! Colour is left out where nobody would see it: no terminal, `NO_COLOR`, `TERM=dumb`.

use std::io::Write;

use anstyle::{AnsiColor, Style};

/// What must be read.
pub(crate) const STRONG: Style = Style::new().bold();
/// What may be skipped.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// All is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Look at this some time.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
/// Look at this now.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// A line of an answer. An answer that cannot be written is none, so the command ends as one that could not tell.
pub(crate) fn line(text: impl std::fmt::Display) {
    if let Err(error) = writeln!(anstream::stdout(), "{text}") {
        if error.kind() != std::io::ErrorKind::BrokenPipe {
            warning(format!("the answer cannot be written: {error}"));
        }
        std::process::exit(2);
    }
}

/// A line about what is going on.
pub(crate) fn progress(text: impl std::fmt::Display) {
    anstream::eprintln!("{FAINT}{text}{FAINT:#}");
}

/// Something that is not as it should be and stops nothing.
pub(crate) fn warning(text: impl std::fmt::Display) {
    anstream::eprintln!("{WARN}warning:{WARN:#} {text}");
}

/// Why the command ends.
pub(crate) fn failure(text: &str) {
    anstream::eprintln!("{BAD}error:{BAD:#} {text}");
}

/// The way out.
pub(crate) fn hint(text: &str) {
    anstream::eprintln!("{STRONG}hint:{STRONG:#} {text}");
}
