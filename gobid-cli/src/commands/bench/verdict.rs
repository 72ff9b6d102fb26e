//! Whether what was told is what is stored.

use std::collections::HashSet;

use futures_util::SinkExt as _;
use gobid_api::client::Client;
use serde::Serialize;
use serde_json::Value;
use tokio::time::timeout;

use super::bidder::{PATIENCE, Tally};
use super::log::Log;
use super::socket::{self, Answer, Kind};
use super::stage::Stand;
use crate::error::CliError;

/// Whether the promises were kept; what a scenario does not touch is left out.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Verdict {
    /// Every acknowledged bid is in the log under the seq that was told, or has raised what its
    /// bidder led with; and those that were repeated got the same answer again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acknowledged_is_stored: Option<bool>,
    /// Nothing else is in the log, but for bids without a final answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stored_is_acknowledged: Option<bool>,
    /// The numbers of events have no gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dense: Option<bool>,
    /// Every price is above the one before it, by a step at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rising: Option<bool>,
    /// What every watcher was shown, and what he was told was left out, is the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delivered_is_log: Option<bool>,
    /// No watcher was shown anything twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nothing_twice: Option<bool>,
}

/// What bidders of one product were told, with what is stored.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    /// Accepted bids that are no event: they have raised what their bidder led with.
    pub(super) raises: usize,
}

impl Verdict {
    /// An error when a promise was broken.
    pub(super) fn result(self) -> Result<(), CliError> {
        let all = [
            self.acknowledged_is_stored,
            self.stored_is_acknowledged,
            self.dense,
            self.rising,
            self.delivered_is_log,
            self.nothing_twice,
        ];
        if all.into_iter().flatten().all(|kept| kept) {
            Ok(())
        } else {
            Err(CliError::Bench(
                "the log does not say what bidders or watchers were told".to_owned(),
            ))
        }
    }

    /// What holds of both.
    pub(super) fn and(self, other: Self) -> Self {
        let and = |one: Option<bool>, two: Option<bool>| match (one, two) {
            (Some(one), Some(two)) => Some(one && two),
            (one, two) => one.or(two),
        };
        Self {
            acknowledged_is_stored: and(self.acknowledged_is_stored, other.acknowledged_is_stored),
            stored_is_acknowledged: and(self.stored_is_acknowledged, other.stored_is_acknowledged),
            dense: and(self.dense, other.dense),
            rising: and(self.rising, other.rising),
            delivered_is_log: and(self.delivered_is_log, other.delivered_is_log),
            nothing_twice: and(self.nothing_twice, other.nothing_twice),
        }
    }
}

impl Outcome {
    /// Compares the log of a product with what each of its bidders was told of all his bids. A firm
    /// bid is an event, always.
    pub(super) fn of(log: &Log, kind: Kind, bidders: &[Vec<&Tally>]) -> Self {
        let all = bidders.iter().flatten();
        let acknowledged = all.clone().flat_map(|tally| &tally.accepted).map(|bid| bid.bid_id);
        let acknowledged: HashSet<_> = acknowledged.collect();
        let open = all.map(|tally| tally.open).sum::<usize>();
        let (mut is_stored, mut known, mut raises) = (true, 0, 0);
        for tallies in bidders {
            let accepted = tallies.iter().flat_map(|tally| &tally.accepted);
            // What the public calls him shows in any bid of his that is an event.
            let name = accepted.clone().find_map(|bid| Some(log.bids.get(&bid.bid_id)?.bidder));
            for bid in accepted {
                if let Some(stored) = log.bids.get(&bid.bid_id) {
                    known += 1;
                    is_stored &= stored.seq == bid.seq;
                    continue;
                }
                // It raised what he led with, as of an event that is a bid somebody was told of.
                raises += 1;
                let event = log.event(bid.seq);
                let leader = event.and_then(|event| event.leader);
                let before = event.and_then(|event| event.bid_id);
                let is_known = before.is_some_and(|bid_id| acknowledged.contains(&bid_id));
                is_stored &= kind == Kind::Maximum && is_known && name.is_some() && leader == name;
            }
        }
        let verdict = Verdict {
            acknowledged_is_stored: Some(is_stored),
            stored_is_acknowledged: Some(log.bids.len() <= known + open),
            dense: Some(log.is_dense),
            rising: Some(log.is_rising),
            ..Verdict::default()
        };
        Self { verdict, raises }
    }

    /// What holds of both.
    pub(super) fn and(self, other: Self) -> Self {
        let verdict = self.verdict.and(other.verdict);
        Self { verdict, raises: self.raises + other.raises }
    }
}

/// Whether bids that were accepted are answered in the same words when they are sent again.
pub(super) async fn is_repeated(
    client: &Client,
    stand: &Stand,
    kind: Kind,
    samples: &[(i64, Box<str>)],
) -> Result<bool, CliError> {
    if samples.is_empty() {
        return Ok(true);
    }
    let mut socket = socket::connect(client, stand.product_id, None).await?;
    for (cents, before) in samples {
        let Ok(Answer { request_id, .. }) = serde_json::from_str(before) else { return Ok(false) };
        let sent = socket.send(socket::named_bid(request_id, kind, *cents)).await;
        let answer = socket::next(&mut socket, r#"{"type":"bid_"#);
        let answer = timeout(PATIENCE, answer).await;
        let (Ok(()), Ok(Some(again))) = (sent, answer) else { return Ok(false) };
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        if read(&again) != read(before) {
            return Ok(false);
        }
    }
    Ok(true)
}
