//! What commands read: a file, or standard input.

use std::io::{self, Read as _};

use crate::error::CliError;

/// All of a file, or of standard input where the source is `-`.
pub(super) async fn read(source: &str) -> Result<Vec<u8>, CliError> {
    let path = source.to_owned();
    // On a thread of its own, so that Ctrl-C is heard meanwhile.
    let read = tokio::task::spawn_blocking(move || {
        if path == "-" {
            let mut body = Vec::new();
            io::stdin().read_to_end(&mut body).map(|_length| body)
        } else {
            std::fs::read(path)
        }
    });
    let result = read.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    result.map_err(|why| CliError::Input { what: source.to_owned(), why })
}
