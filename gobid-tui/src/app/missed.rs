//! What a feed leaves out under a flood is read from the log of the auction.

use std::time::Duration;

use gobid_api::live::{AuctionEvent, EventKind};

use super::log::Tone;
use super::standing::Bid;
use super::watch::Watch;
use super::{App, Effect};

/// How long lies between two readings, at least: a flood leaves something out many times a second.
const EVERY: Duration = Duration::from_secs(1);

/// So many of the newest events are read, at most: no more is shown.
pub const MOST: i64 = 500;

/// The events that were left out and have not been read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gap {
    /// The event before the first of them.
    after: Option<i64>,
    /// Whether the answer to a reading is to come.
    is_read: bool,
    /// When it was read last.
    read_at: Option<Duration>,
}

impl Gap {
    /// So many events before this one were left out.
    pub(super) fn widen(&mut self, first: i64, skipped: i64) {
        let after = first.saturating_sub(skipped).saturating_sub(1);
        self.after = Some(self.after.map_or(after, |before| before.min(after)));
    }
}

impl App {
    /// Reads what was left out, if it is time to.
    pub(super) fn read_what_was_missed(&mut self) -> Option<Effect> {
        let now = self.now.since_start;
        let (id, seq) = (self.watch.product_id, self.watch.seq);
        let gap = &mut self.watch.gap;
        let is_early = gap.read_at.is_some_and(|at| now < at + EVERY);
        if gap.is_read || is_early {
            return None;
        }
        let after = gap.after.take()?.max(seq - MOST);
        gap.is_read = true;
        gap.read_at = Some(now);
        Some(Effect::ReadMissed(id, after))
    }

    /// When the next reading may begin, should one be needed.
    pub(super) fn next_reading(&self) -> Option<Duration> {
        let gap = &self.watch.gap;
        gap.after.filter(|_| !gap.is_read)?;
        gap.read_at.map(|at| at + EVERY)
    }

    /// What was left out has been read.
    pub(super) fn take_missed(&mut self, events: &[AuctionEvent]) -> Vec<Effect> {
        self.watch.gap.is_read = false;
        let added = self.watch.add_missed(events);
        if added > 0 {
            let text = format!("{added} bids that had been left out were read");
            self.watch.log.add(self.now.server_time, Tone::Plain, text);
        }
        Vec::new()
    }
}

impl Watch {
    /// Puts the bids of events that had been left out where they belong, and says how many.
    fn add_missed(&mut self, events: &[AuctionEvent]) -> usize {
        let Some(currency) = self.product.as_ref().map(|product| product.currency) else {
            return 0;
        };
        let rows = events.iter().filter_map(|event| match &event.kind {
            EventKind::BidPlaced { bids, .. } => Some(bids),
            _ => None,
        });
        let known: std::collections::HashSet<_> = self.bids.iter().map(|bid| bid.id).collect();
        let bids = rows.flatten().filter_map(|row| Bid::read(row, currency).ok());
        let missing: Vec<_> = bids.filter(|bid| !known.contains(&bid.id)).collect();
        let added = missing.len();
        // Newest first; within an event what came of it last is first.
        let mut place = 0;
        for bid in missing.into_iter().rev() {
            while self.bids.get(place).is_some_and(|other| other.seq >= bid.seq) {
                place += 1;
            }
            self.bids.insert(place, bid);
        }
        self.bids.truncate(super::rows::MOST_BIDS);
        self.bids_seen += added;
        added
    }
}
