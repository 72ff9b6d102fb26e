//! The log of an auction (§1): everything that happened, in one strict order.

use std::collections::BTreeSet;

use super::{Model, english::replay, input::Format};

#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// 1, 2, 3, … over all entries.
    pub(super) position: i64,
    /// 1, 2, 3, … over those that the public sees.
    pub(super) seq: Option<i64>,
    pub(super) at: i64,
    pub(super) kind: &'static str,
    pub(super) what: What,
}

/// What an entry must be remembered for.
#[derive(Debug, Clone)]
pub(super) enum What {
    Bid(Placed),
    /// The reserve from here on.
    Reserve(Option<i64>),
    /// The rows that a void named.
    Void(Vec<u64>),
    /// That it happened is all.
    Fact,
}

/// An accepted bid of any format, public or not.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) id: u64,
    pub(super) bidder: u64,
    pub(super) kind: Kind,
    /// What the bidder offered.
    pub(super) offer: i64,
    /// The amount of its public row, if the entry is public.
    pub(super) row: i64,
    pub(super) automatic: Option<Automatic>,
    pub(super) extended: bool,
    pub(super) voided: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Firm,
    Maximum,
    Purchase,
}

/// The house's automatic answer to a challenger (§4.5): the second row of his bid's event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Automatic {
    pub(super) id: u64,
    pub(super) bidder: u64,
    pub(super) amount: i64,
    pub(super) voided: bool,
}

impl Model {
    /// Appends an entry, and asks the log anew who leads. One without a seq is nobody else's business.
    pub(super) fn record(&mut self, public: bool, kind: &'static str, what: What, now: i64) {
        let position = self.position() + 1;
        let seq = public.then(|| self.seq() + 1);
        let at = self.next_at(now);
        self.log.push(Entry { position, seq, at, kind, what });
        if self.terms.format == Format::English {
            self.lead = replay(&self.terms, &self.log);
        }
    }

    pub(super) fn position(&self) -> i64 {
        self.log.last().map_or(0, |entry| entry.position)
    }

    /// The seq of the last event, 0 before the first.
    pub(super) fn seq(&self) -> i64 {
        self.log.iter().rev().find_map(|entry| entry.seq).unwrap_or(0)
    }

    /// The `at` of an entry recorded now: the log's time never goes back.
    pub(super) fn next_at(&self, now: i64) -> i64 {
        now.max(self.log.last().map_or(self.terms.created_at, |entry| entry.at))
    }

    pub(super) fn next_bid_id(&mut self) -> u64 {
        self.last_bid_id += 1;
        self.last_bid_id
    }

    /// Every bid that was ever accepted, in the order of the log.
    pub(super) fn bids(&self) -> impl Iterator<Item = (&Entry, &Placed)> {
        self.log.iter().filter_map(|entry| match &entry.what {
            What::Bid(placed) => Some((entry, placed)),
            _ => None,
        })
    }

    pub(super) fn standing_bids(&self) -> impl Iterator<Item = (&Entry, &Placed)> {
        self.bids().filter(|(_, placed)| !placed.voided)
    }

    /// Marks bids and automatic answers as voided, by their ids.
    pub(super) fn mark_voided(&mut self, ids: &BTreeSet<u64>) {
        for entry in &mut self.log {
            let What::Bid(placed) = &mut entry.what else { continue };
            placed.voided |= ids.contains(&placed.id);
            if let Some(automatic) = &mut placed.automatic {
                automatic.voided |= ids.contains(&automatic.id);
            }
        }
    }
}
