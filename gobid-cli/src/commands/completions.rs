//! `completions`: what a shell needs to complete this command line.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::error::CliError;
use crate::output;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example, for bash:
  gobid-cli completions bash > ~/.local/share/bash-completion/completions/gobid-cli")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

impl Args {
    pub(super) fn run(&self) -> Result<(), CliError> {
        let mut script = Vec::new();
        let mut command = crate::args::Args::command();
        clap_complete::generate(self.shell, &mut command, "gobid-cli", &mut script);
        // For bash, clap_complete spells a name with a hyphen in two ways, and then completes
        // nothing behind a subcommand (clap's issue 6421).
        let script = String::from_utf8_lossy(&script).replace("gobid__subcmd__cli", "gobid__cli");
        Ok(output::bytes(script.as_bytes())?)
    }
}
