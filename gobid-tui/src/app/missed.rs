//! What a feed leaves out under a flood is read from the log of the auction.

use std::collections::HashSet;
use std::time::Duration;

use gobid_api::live::{AuctionEvent, EventKind};
use uuid::Uuid;

use super::identity::Identity;
use super::log::Tone;
use super::product::Unreadable;
use super::standing::Bid;
use super::watch::Watch;
use super::{App, Effect};

/// How long lies between two readings, at least: a flood leaves something out many times a second.
const EVERY: Duration = Duration::from_secs(1);
/// After one that failed it is tried again so much later.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// So many ids of bids are kept that were voided before they were read.
const MOST_STRUCK: usize = 1_000;

/// So many of the newest events are read, at most: no more is shown.
pub const MOST: i64 = 500;

/// The events that were left out and have not been read.
#[derive(Clone, Debug, Default)]
pub(super) struct Gap {
    /// The event before the first of them.
    after: Option<i64>,
    /// Whether the answer to a reading is to come.
    is_read: bool,
    /// When the next reading may begin.
    next: Option<Duration>,
    /// The bids among them that are known to be voided.
    struck: HashSet<Uuid>,
}

impl Gap {
    /// So many events before this one were left out.
    pub(super) fn widen(&mut self, first: i64, skipped: i64) {
        self.reopen(first.saturating_sub(skipped).saturating_sub(1));
    }

    /// What came after this event has not been read.
    fn reopen(&mut self, after: i64) {
        self.after = Some(self.after.map_or(after, |before| before.min(after)));
    }

    /// These bids are voided, though they may not have been read.
    pub(super) fn strike(&mut self, ids: &[Uuid]) {
        if self.struck.len() < MOST_STRUCK && (self.is_read || self.after.is_some()) {
            self.struck.extend(ids);
        }
    }
}

impl App {
    /// Reads what was left out, if it is time to.
    pub(super) fn read_what_was_missed(&mut self) -> Option<Effect> {
        let now = self.now.since_start;
        let (id, seq) = (self.watch.product_id, self.watch.seq);
        let gap = &mut self.watch.gap;
        let is_early = gap.next.is_some_and(|next| now < next);
        if gap.is_read || is_early {
            return None;
        }
        let after = gap.after.take()?.max(seq - MOST);
        gap.is_read = true;
        gap.next = Some(now + EVERY);
        Some(Effect::ReadMissed(id, after))
    }

    /// When the next reading may begin, should one be needed.
    pub(super) fn next_reading(&self) -> Option<Duration> {
        let gap = &self.watch.gap;
        gap.after.filter(|_| !gap.is_read)?;
        gap.next
    }

    /// What was left out has been read; what came after `rest` could not be.
    pub(super) fn take_missed(
        &mut self,
        events: &[AuctionEvent],
        rest: Option<i64>,
    ) -> Vec<Effect> {
        let now = self.now.since_start;
        let gap = &mut self.watch.gap;
        gap.is_read = false;
        if let Some(after) = rest {
            gap.reopen(after);
            gap.next = Some(now + AGAIN_AFTER);
        }
        let added = self.watch.add_missed(events);
        if added > 0 {
            let text = format!("{added} bids that had been left out were read");
            self.watch.log.add(self.now.server_time, Tone::Plain, text);
        }
        for event in events {
            let taken = self.watch.take_missed_event(event, &self.identity);
            self.watch.fault = taken.err().or(self.watch.fault);
        }
        if self.watch.gap.after.is_none() {
            self.watch.gap.struck.clear();
        }
        if let Some((tone, text)) = self.watch.news.take() {
            self.tell(tone, text);
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
        let known: HashSet<_> = self.bids.iter().map(|bid| bid.id).collect();
        let bids = rows.flatten().filter_map(|row| Bid::read(row, currency).ok());
        let missing: Vec<_> = bids.filter(|bid| !known.contains(&bid.id)).collect();
        let added = missing.len();
        // Newest first; within an event what came of it last is first.
        let mut place = 0;
        for mut bid in missing.into_iter().rev() {
            while self.bids.get(place).is_some_and(|other| other.seq >= bid.seq) {
                place += 1;
            }
            bid.voided |= self.gap.struck.contains(&bid.id);
            self.bids.insert(place, bid);
        }
        self.bids.truncate(super::rows::MOST_BIDS);
        self.bids_seen += added;
        added
    }

    /// What else happened in an event that had been left out. How the auction stands is known from
    /// what came after.
    fn take_missed_event(
        &mut self,
        event: &AuctionEvent,
        identity: &Identity,
    ) -> Result<(), Unreadable> {
        match &event.kind {
            EventKind::BidsVoided { bid_ids, reason, current_price, .. } => {
                let (tone, text) = self.void(bid_ids, reason, identity);
                self.add_turn(event.at, *current_price)?;
                self.break_news(event.at, tone, text);
            }
            EventKind::ReserveChanged { current_price, .. } => {
                self.add_turn(event.at, *current_price)?;
            }
            EventKind::DescriptionChanged { description, .. } => {
                self.describe(event.seq, description);
            }
            EventKind::AuctionCancelled { .. }
            | EventKind::AuctionClosed { .. }
            | EventKind::SaleAnnulled { .. } => self.take_end(event, identity)?,
            _ => {}
        }
        Ok(())
    }
}
