//! `man`: manual pages, one a command.

use std::path::PathBuf;

use clap::CommandFactory as _;

use crate::credentials::Context;
use crate::error::CliError;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  gobid-cli man ~/.local/share/man/man1 && man gobid-cli-product-create")]
pub(crate) struct Args {
    /// The directory that they are written to; it is made if it is not there
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Args {
    pub(super) fn run(&self, context: &Context) -> Result<(), CliError> {
        let directory = &self.directory;
        let written = std::fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(crate::args::Args::command(), directory));
        let what = directory.display().to_string();
        written.map_err(|why| CliError::File { what: what.clone(), why })?;
        context.output.note(&format!("the pages are in {what}"));
        Ok(())
    }
}
