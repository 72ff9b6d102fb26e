//! Asks a server whether it is ready, for images that have no other way to.

use std::io;
use std::time::Duration;

use gobid_api::paths;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::server::reachable;

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a server counts as not ready.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HealthError {
    /// Nobody answers there.
    #[error("{listen} cannot be reached: {why}")]
    Unreachable {
        /// Where.
        listen: String,
        /// Why not.
        why: io::Error,
    },
    /// The answer did not come.
    #[error("{0} does not answer")]
    Silent(String),
    /// The answer is no.
    #[error("the server is not ready: {0}")]
    NotReady(String),
}

/// Fails when the server that listens there is not ready.
pub(crate) async fn ask(listen: &str) -> Result<(), HealthError> {
    let answer = timeout(PATIENCE, exchange(listen)).await;
    let answer = answer.map_err(|_elapsed| HealthError::Silent(listen.to_owned()))?;
    let answer =
        answer.map_err(|why| HealthError::Unreachable { listen: listen.to_owned(), why })?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(HealthError::NotReady(format!("{body:?}"))),
    }
}

async fn exchange(listen: &str) -> io::Result<String> {
    let address = lookup_host(listen).await?.next();
    let address = reachable(address.ok_or(io::ErrorKind::AddrNotAvailable)?);
    let mut stream = TcpStream::connect(address).await?;
    let path = paths::READY;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
