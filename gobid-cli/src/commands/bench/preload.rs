//! A log that holds bids before anything is measured.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use gobid_api::client::Client;

use super::bidder::{Bidder, Tally};
use super::socket::{self, Kind};
use super::stage::Stand;
use crate::error::CliError;

/// How many bids are in flight meanwhile: as many as a socket may have without an answer.
const IN_FLIGHT: usize = 32;
/// The steps between the bids, in cents: above each the house answers with a step of its own.
const STEP: i64 = 2;

/// Puts so many bids into a product's log. A leader has a maximum above them all, so that each bid
/// of his rival, sent without waiting for the one before it, is accepted, beaten, and an event.
pub(super) async fn bids(
    clients: [&Client; 2],
    stand: &Arc<Stand>,
    count: usize,
) -> Result<[Tally; 2], CliError> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let first = stand.skip(STEP * (count + 1));
    let bidder = async |client: &Client| {
        let socket = socket::connect(client, stand.product_id, None).await?;
        let accepted = Arc::new(AtomicUsize::new(0));
        Ok::<_, CliError>(Bidder {
            socket,
            stand: Arc::clone(stand),
            kind: Kind::Maximum,
            accepted,
        })
    };
    let [leader, rival] = clients;
    let (mut leader, mut rival) = (bidder(leader).await?, bidder(rival).await?);
    let mut most = Some(stand.next(Kind::Maximum));
    let lead = leader.many_in_flight(1, || most.take()).await;
    let mut amounts = (1..count).map(|number| first + STEP * number);
    let beaten = rival.many_in_flight(IN_FLIGHT, || amounts.next()).await;
    let there = lead.accepted.len() + beaten.accepted.len();
    if i64::try_from(there).ok() == Some(count) {
        Ok([lead, beaten])
    } else {
        Err(CliError::Bench(format!("{there} of {count} bids came into the log before the run")))
    }
}
