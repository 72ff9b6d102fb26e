//! Sealed auctions (§5).

use std::collections::BTreeMap;

use super::{
    LARGEST_AMOUNT, Model, Stamp,
    answer::{Accepted, Judged, Refused},
    bids::Content,
    endings::Sale,
    input::Format,
    log::{Kind, Placed, What},
};

/// An amount that stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) id: u64,
    pub(super) bidder: u64,
    pub(super) offer: i64,
    /// Its place in the order: the position of the entry that set it.
    position: i64,
}

impl Model {
    /// Less than the baseprice, and less than what the bidder has offered already, is refused; the
    /// refusal names nobody else's amount.
    pub(super) fn judge_sealed(&self, bidder: u64, content: &Content) -> Judged<()> {
        let amount = content.amount.unwrap_or_default();
        let own = self.standing_bids().filter(|(_, placed)| placed.bidder == bidder);
        let minimum = match own.map(|(_, placed)| placed.offer).max() {
            Some(own) if amount >= self.terms.baseprice => own + 1,
            _ => self.terms.baseprice,
        };
        if amount >= minimum {
            return Ok(());
        }
        let minimum = Some(minimum).filter(|minimum| *minimum <= LARGEST_AMOUNT);
        Err(Box::new(Refused { minimum, ..Refused::of("bid_too_low") }))
    }

    /// Records an amount that was found good: no event, and nothing to learn from the answer.
    pub(super) fn seal(&mut self, bidder: u64, content: &Content, stamp: Stamp) -> Accepted {
        let id = self.next_bid_id();
        let offer = content.amount.unwrap_or_default();
        let kind = Kind::Firm;
        let placed = Placed {
            id,
            bidder,
            kind,
            offer,
            row: offer,
            automatic: None,
            extended: false,
            voided: false,
        };
        self.record(false, "amount_sealed", What::Bid(placed), stamp.now);
        Accepted {
            new: true,
            bid: id,
            seq: self.seq(),
            amount: Some(offer),
            max_amount: None,
            leading: None,
            price: None,
            minimum: Some(self.terms.baseprice),
            end: self.end,
            received_at: stamp.received_at,
        }
    }

    /// The amounts that stand, one a bidder: the highest first, of equal ones the earlier.
    pub(super) fn sealed_amounts(&self) -> Vec<Amount> {
        let mut last_of_each = BTreeMap::new();
        for (entry, placed) in self.standing_bids() {
            let Placed { id, bidder, offer, .. } = *placed;
            let position = entry.position;
            last_of_each.insert(bidder, Amount { id, bidder, offer, position });
        }
        let mut amounts: Vec<Amount> = last_of_each.into_values().collect();
        amounts.sort_by_key(|amount| (-amount.offer, amount.position));
        amounts
    }

    /// The highest amount and what it would pay; whether it reaches the reserve is not asked here.
    pub(super) fn best_sealed(&self) -> Option<Sale> {
        let amounts = self.sealed_amounts();
        let best = amounts.first()?;
        let hammer = if self.terms.format == Format::SealedFirst {
            best.offer
        } else {
            // The second-highest amount, at least the reserve, else the baseprice; a reserve below the
            // baseprice lets nobody pay less than that.
            let least = self.reserve.unwrap_or_default().max(self.terms.baseprice);
            amounts.get(1).map_or(least, |second| second.offer.max(least))
        };
        Some(Sale { winner: best.bidder, hammer, maximum: best.offer })
    }
}
