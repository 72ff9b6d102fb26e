//! The figures of a race, and the verdict.

use std::time::Duration;

use serde::Serialize;

use super::bidder::Tally;
use super::race::{Bids, Race};
use crate::error::CliError;

/// What the logs say after a race.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) bids: Bids,
    pub(super) is_dense: bool,
    pub(super) is_rising: bool,
}

impl Default for Stored {
    fn default() -> Self {
        Self { bids: Bids::new(), is_dense: true, is_rising: true }
    }
}

/// The report of a race; times in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    scenario: &'static str,
    database: String,
    bidders: usize,
    products: usize,
    seconds: f64,
    accepted: usize,
    accepted_per_second: f64,
    refused: usize,
    /// Bids whose answer said nothing final.
    open: usize,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    correct: Verdict,
}

/// Whether what was acknowledged is what is stored.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a promise of its own")]
pub(super) struct Verdict {
    /// Every acknowledged bid is in the log, under the seq that was told.
    acknowledged_is_stored: bool,
    /// Nothing else is in the log, but for bids without a final answer.
    stored_is_acknowledged: bool,
    /// The numbers of events have no gap.
    dense: bool,
    /// Every price is above the one before it.
    rising: bool,
}

impl Report {
    pub(super) fn new(
        race: &Race,
        database: &str,
        tallies: Vec<Tally>,
        took: Duration,
        stored: &Stored,
    ) -> Self {
        let open = tallies.iter().map(|tally| tally.open).sum();
        let refused = tallies.iter().map(|tally| tally.refused.len()).sum();
        let accepted: Vec<_> = tallies.into_iter().flat_map(|tally| tally.accepted).collect();
        let is_stored = |seq: i64, bid_id| stored.bids.get(&bid_id) == Some(&seq);
        let correct = Verdict {
            acknowledged_is_stored: accepted
                .iter()
                .all(|(_, result, _)| is_stored(result.seq, result.bid_id)),
            stored_is_acknowledged: stored.bids.len() <= accepted.len() + open,
            dense: stored.is_dense,
            rising: stored.is_rising,
        };
        let mut times: Vec<_> = accepted.iter().map(|(_, _, time)| *time).collect();
        times.sort_unstable();
        Self {
            scenario: race.scenario,
            database: database.to_owned(),
            bidders: race.bidders,
            products: race.products,
            seconds: took.as_secs_f64(),
            accepted: accepted.len(),
            accepted_per_second: per_second(accepted.len(), took),
            refused,
            open,
            p50_ms: percentile(&times, 50),
            p99_ms: percentile(&times, 99),
            max_ms: percentile(&times, 100),
            correct,
        }
    }

    /// An error when a promise was broken.
    pub(super) fn verdict(&self) -> Result<(), CliError> {
        let Verdict { acknowledged_is_stored, stored_is_acknowledged, dense, rising } =
            self.correct;
        if acknowledged_is_stored && stored_is_acknowledged && dense && rising {
            Ok(())
        } else {
            Err(CliError::Bench("the log does not say what the bidders were told".to_owned()))
        }
    }
}

#[expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a figure for people"
)]
fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// The time that so many of a hundred do not exceed, in milliseconds.
#[expect(clippy::float_arithmetic, reason = "a figure for people")]
fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
