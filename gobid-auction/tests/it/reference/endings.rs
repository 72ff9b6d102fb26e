//! How an auction opens and ends (§3, §7), the soft close, and the Dutch auction (§6).

use super::{
    Model, Stamp, Status,
    answer::{Accepted, Answer, Judged, Refused},
    bids::Content,
    input::Format,
    log::{Kind, Placed, What},
};

/// §7: the close is judged 250 ms after the end, not before.
const SETTLE_MICROS: i64 = 250_000;

#[derive(Debug, Clone, Copy)]
pub(super) struct Sale {
    pub(super) winner: u64,
    pub(super) hammer: i64,
    /// What the winner would have paid at most: his maximum, his sealed amount.
    pub(super) maximum: i64,
}

impl Model {
    pub(super) fn open(&mut self, now: i64) -> Answer {
        if self.status != Status::Scheduled || now < self.terms.start {
            return Answer::NotDue;
        }
        self.open_at(now);
        Answer::Done
    }

    /// §3: a command stamped at or after `auction_start` finds the auction open.
    pub(super) fn open_if_due(&mut self, stamp: Stamp) {
        if self.status == Status::Scheduled && self.is_found_open(stamp) {
            self.open_at(stamp.now);
        }
    }

    pub(super) fn is_found_open(&self, stamp: Stamp) -> bool {
        match self.status {
            Status::Scheduled => stamp.received_at >= self.terms.start,
            status => status == Status::Open,
        }
    }

    pub(super) fn open_at(&mut self, now: i64) {
        self.status = Status::Open;
        self.record(true, "auction_opened", What::Fact, now);
    }

    /// The regular end. A close of an auction that never opened opens it first (§3).
    pub(super) fn close(&mut self, now: i64) -> Answer {
        if self.is_over() || now < self.end + SETTLE_MICROS {
            return Answer::NotDue;
        }
        if self.status == Status::Scheduled {
            self.open_at(now);
        }
        let best = match self.terms.format {
            Format::English => self.lead.map(|lead| Sale {
                winner: lead.leader,
                hammer: lead.price,
                maximum: lead.maximum,
            }),
            Format::SealedFirst | Format::SealedSecond => self.best_sealed(),
            Format::Dutch => None,
        };
        match best {
            None => self.unsold_reason = Some("no_bids"),
            Some(best) if self.reserve.is_some_and(|reserve| best.maximum < reserve) => {
                self.unsold_reason = Some("reserve_not_met");
            }
            Some(best) => self.sale = Some(best),
        }
        self.status = if self.sale.is_some() { Status::Sold } else { Status::Unsold };
        self.record(true, "auction_closed", What::Fact, now);
        Answer::Done
    }

    /// A purchase and a Dutch acceptance: a bid at the price, and the end at once.
    pub(super) fn sell_at_once(
        &mut self,
        bidder: u64,
        offer: i64,
        price: i64,
        kind: Kind,
        stamp: Stamp,
    ) -> Accepted {
        let id = self.next_bid_id();
        self.end_early(stamp);
        let row = price;
        let placed = Placed {
            id,
            bidder,
            kind,
            offer,
            row,
            automatic: None,
            extended: false,
            voided: false,
        };
        self.record(true, "bid_placed", What::Bid(placed), stamp.now);
        let seq = self.seq();
        self.sale = Some(Sale { winner: bidder, hammer: price, maximum: price });
        self.status = Status::Sold;
        self.record(true, "auction_closed", What::Fact, stamp.now);
        Accepted {
            new: true,
            bid: id,
            seq,
            amount: Some(offer),
            max_amount: None,
            leading: Some(true),
            price: Some(price),
            minimum: None,
            end: self.end,
            received_at: stamp.received_at,
        }
    }

    /// §3: sets `auction_end` to the `at` of the entry that comes next.
    pub(super) fn end_early(&mut self, stamp: Stamp) {
        self.end = self.next_at(stamp.now);
        self.ended_early = true;
    }

    /// §4, Soft close, for a bid that changes the public price or leader; whether the end moved.
    pub(super) fn soft_close(&mut self, received_at: i64) -> bool {
        let window = self.terms.soft_close_micros;
        if window == 0 || self.end - received_at > window {
            return false;
        }
        // Never beyond `hard_end`, never earlier than it was.
        let wanted = self.terms.hard_end.unwrap_or(i64::MAX).min(received_at + window);
        let moved = wanted > self.end;
        self.end = self.end.max(wanted);
        moved
    }

    /// §6: falls from `baseprice` by `step` every tick to `floor`.
    pub(super) fn dutch_price(&self, at: i64) -> i64 {
        let Some(dutch) = self.terms.dutch else {
            return self.terms.baseprice;
        };
        let ticks = (at.max(self.terms.start) - self.terms.start) / dutch.tick_micros;
        dutch.floor.max(self.terms.baseprice - dutch.step.saturating_mul(ticks))
    }

    pub(super) fn judge_dutch(&self, content: &Content, stamp: Stamp) -> Judged<()> {
        let price = self.dutch_price(stamp.received_at);
        if content.amount.is_some_and(|amount| amount >= price) {
            return Ok(());
        }
        let facts = Refused::of("bid_too_low");
        Err(Box::new(Refused { minimum: Some(price), price: Some(price), ..facts }))
    }
}
