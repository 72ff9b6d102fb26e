//! A command of the person's own, run for each event.

use std::io;
use std::process::Stdio;

use gobid_api::ProductId;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::commands::product::happening::Happening;
use crate::error::CliError;
use crate::output::Output;

/// A command for the shell.
pub(super) struct Hook {
    command: String,
    product_id: ProductId,
}

impl Hook {
    pub(super) const fn new(command: String, product_id: ProductId) -> Self {
        Self { command, product_id }
    }

    /// Runs it for an event, to its end. That it fails is a warning: the auction goes on.
    pub(super) async fn run(&self, output: &Output, event: &Happening) -> Result<(), CliError> {
        let failed = |why: io::Error| CliError::File { what: "to a command".to_owned(), why };
        let json = serde_json::to_vec(event).map_err(|error| failed(error.into()))?;
        let mut child = Command::new("sh")
            .args(["-c", &self.command])
            .env("GOBID_EVENT", event.kind())
            .env("GOBID_PRODUCT_ID", self.product_id.to_string())
            .env("GOBID_SEQ", event.event.seq.to_string())
            .stdin(Stdio::piped())
            // Standard output is for the result alone.
            .stdout(io::stderr())
            .kill_on_drop(true)
            .spawn()
            .map_err(|why| CliError::Input { what: "the output of sh".to_owned(), why })?;
        let stdin = child.stdin.take();
        let write = async {
            if let Some(mut stdin) = stdin {
                // A command may well not read it.
                let _read = stdin.write_all(&json).await;
            }
        };
        let ((), status) = tokio::join!(write, child.wait());
        let status = status.map_err(failed)?;
        if !status.success() {
            output.warn(&format!("the command of --exec failed: {status}"));
        }
        Ok(())
    }
}
