//! `rowhouse completions`: what the shell needs to complete commands.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::terminal;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  rowhouse completions bash > ~/.local/share/bash-completion/completions/rowhouse
  rowhouse completions zsh > ~/.zfunc/_rowhouse
  rowhouse completions fish > ~/.config/fish/completions/rowhouse.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut crate::Rowhouse::command(),
            "rowhouse",
            &mut script,
        );
        terminal::line(String::from_utf8(script)?.trim_end());
        Ok(())
    }
}
