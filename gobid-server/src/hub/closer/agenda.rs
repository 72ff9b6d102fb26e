//! What the closer decides, without I/O: what is put into its lane when, and what is looked for in
//! the store. So the same decisions run in the server and under a simulator.

use std::collections::BTreeSet;
use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_auction::{Auction, ProductId, Status, Timestamp};
use gobid_store::Due;

/// How often the store is asked for what is due.
pub(crate) const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How far ahead the sweep looks.
const HORIZON: Duration = Duration::from_secs(3);
/// How much a page of the sweep holds.
const PAGE: usize = 500;

/// What is due soon, soonest first.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    timers: BTreeSet<(Timestamp, ProductId)>,
}

/// What a sweep reads next: what is due until a moment, behind the last of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) until: Timestamp,
    pub(crate) after: Option<(Timestamp, ProductId)>,
    pub(crate) limit: i64,
}

impl Agenda {
    /// Something of a product is to be put into its lane then. What lies far ahead is left to the
    /// sweep.
    pub(crate) fn note(&mut self, at: Timestamp, product_id: ProductId, now: Timestamp) {
        let is_far = planted::is(Bug::TimerForgotten) && at > now;
        if at <= now.plus(HORIZON) && !is_far {
            self.timers.insert((at, product_id));
        }
    }

    /// How long there is nothing to do before the next sweep.
    pub(crate) fn quiet_for(&self, now: Timestamp) -> Duration {
        self.timers.first().map_or(SWEEP_EVERY, |(at, _)| at.since(now))
    }

    /// Takes what is to be put into the lanes now, soonest first.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Vec<ProductId> {
        let mut due = Vec::new();
        while let Some((at, product_id)) = self.timers.first().copied()
            && at <= now
        {
            self.timers.pop_first();
            due.push(product_id);
        }
        due
    }

    /// What a sweep reads first.
    pub(crate) fn first_page(now: Timestamp) -> Page {
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
        Page { until: now.plus(HORIZON), after: None, limit }
    }

    /// Takes in what a sweep has read, and says what it reads next; `None` when it is through.
    pub(crate) fn take_page(&mut self, found: &[Due], now: Timestamp) -> Option<Page> {
        for Due { product_id, due_at, status } in found {
            if planted::is(Bug::SweepLooksAheadOnly) && *due_at < now {
                continue;
            }
            self.note(judged_from(*status, *due_at), *product_id, now);
        }
        let after = found.last().map(|due| (due.due_at, due.product_id));
        (found.len() >= PAGE).then(|| Page { after, ..Self::first_page(now) })
    }
}

/// When the next opening or closing of an auction is judged; `None` when it has ended.
pub(crate) fn next_judged(auction: &Auction) -> Option<Timestamp> {
    auction.due_at().map(|due_at| judged_from(auction.state.status, due_at))
}

/// When an opening or a closing that is due then is judged: a closing only when it has settled.
fn judged_from(status: Status, due_at: Timestamp) -> Timestamp {
    if status == Status::Scheduled { due_at } else { Auction::settled(due_at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(millis * 1000)
    }

    fn due(number: u128, millis: i64, status: Status) -> Due {
        Due { product_id: ProductId::from_u128(number), due_at: at(millis), status }
    }

    #[test]
    fn what_is_due_is_taken_once_and_a_close_when_it_has_settled() {
        let mut agenda = Agenda::default();
        let page = [due(1, 1_000, Status::Scheduled), due(2, 1_000, Status::Open)];
        assert_eq!(agenda.take_page(&page, at(0)), None, "it was the last page");
        agenda.note(at(3_001), ProductId::from_u128(3), at(0));
        assert_eq!(agenda.quiet_for(at(400)), Duration::from_millis(600));
        assert_eq!(agenda.take_due(at(1_249)), [ProductId::from_u128(1)]);
        assert_eq!(agenda.take_due(at(1_250)), [ProductId::from_u128(2)]);
        assert!(agenda.take_due(at(9_000)).is_empty(), "what lay far ahead is left to the sweep");
        assert_eq!(agenda.quiet_for(at(9_000)), SWEEP_EVERY);
    }

    #[test]
    fn a_sweep_pages_through_all_that_is_due() {
        let mut agenda = Agenda::default();
        let page: Vec<_> = (1..=500).map(|number| due(number, 7, Status::Open)).collect();
        let next = agenda.take_page(&page, at(8)).unwrap();
        assert_eq!(next.after, Some((at(7), ProductId::from_u128(500))));
        assert_eq!(agenda.take_page(&page[..499], at(8)), None);
        assert_eq!(agenda.take_due(at(257)).len(), 500);
    }
}
