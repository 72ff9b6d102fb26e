//! Sockets that watch and do nothing.

use gobid_api::live::ServerFrame;
use serde::Serialize;

use super::server::OwnServer;
use super::{bidder, client, race};
use crate::credentials::Context;
use crate::error::CliError;

/// What idle sockets cost.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    scenario: &'static str,
    database: String,
    sockets: usize,
    /// What the server held before the first of them, and with all of them, in KiB.
    before_kib: u64,
    after_kib: u64,
    /// The difference for each, in KiB.
    each_kib: f64,
}

/// Opens sockets, each of which has had its snapshot, and looks at the server's memory.
#[expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a figure for people"
)]
pub(super) async fn run(
    server: &OwnServer,
    sockets: usize,
    context: &Context,
) -> Result<Report, CliError> {
    let seller = bidder::user(client(server)?, "seller".to_owned()).await?;
    let stand = race::stand(&seller, 0).await?;
    let visitor = client(server)?;
    let memory = || {
        server.memory_kib().ok_or_else(|| CliError::Bench("its memory cannot be read".to_owned()))
    };
    drop(watch(&visitor, stand.product_id).await?);
    let before_kib = memory()?;
    context.output.note(&format!("{sockets} sockets are opened"));
    let mut open = Vec::with_capacity(sockets);
    for _ in 0..sockets {
        open.push(watch(&visitor, stand.product_id).await?);
    }
    let after_kib = memory()?;
    Ok(Report {
        scenario: "idle",
        database: server.database().to_owned(),
        sockets: open.len(),
        before_kib,
        after_kib,
        each_kib: after_kib.saturating_sub(before_kib) as f64 / sockets.max(1) as f64,
    })
}

async fn watch(
    visitor: &gobid_api::client::Client,
    product_id: gobid_api::ProductId,
) -> Result<bidder::Socket, CliError> {
    let mut socket = bidder::connect(visitor, product_id).await?;
    match bidder::first_frame(&mut socket).await {
        Some(ServerFrame::Snapshot(_)) => Ok(socket),
        _ => Err(CliError::Bench("a socket got no snapshot".to_owned())),
    }
}
