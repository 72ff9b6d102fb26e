//! Everything that the public sees of an auction.

use std::collections::BTreeSet;

use gobid_auction::{Amount, Change, EntryId, Outcome, Status, Timestamp, UserId};

use super::{Sale, at};

/// Everything that the public sees of an auction.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Public {
    pub(crate) status: Status,
    pub(crate) seq: i64,
    pub(crate) leader: Option<UserId>,
    pub(crate) price: Option<Amount>,
    pub(crate) minimum: Option<Amount>,
    pub(crate) counts: Option<(i64, i64)>,
    pub(crate) auction_end: Timestamp,
    pub(crate) reserve_met: Option<bool>,
    pub(crate) buy_now_available: bool,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) rows: Vec<Row>,
    pub(crate) description: String,
    pub(crate) revision: i64,
    pub(crate) annulled: bool,
}

/// A row of the list of bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) bid_id: EntryId,
    pub(crate) seq: i64,
    pub(crate) bidder: UserId,
    pub(crate) amount: Amount,
    pub(crate) automatic: bool,
    pub(crate) voided: bool,
}

impl Sale {
    /// What the public sees at a time, which matters to a Dutch price alone.
    pub(crate) fn public(&self, time: i64) -> Public {
        let (auction, state) = (&self.auction, &self.auction.state);
        Public {
            status: state.status,
            seq: state.seq,
            leader: state.leader,
            price: auction.current_price_at(at(time)),
            minimum: auction.minimum_next_bid_at(at(time)),
            counts: (!auction.is_secret()).then_some((state.bid_count, state.bidder_count)),
            auction_end: state.auction_end,
            reserve_met: auction.reserve_met(),
            buy_now_available: auction.buy_now_available(),
            outcome: self.outcome(),
            rows: self.rows(),
            description: self.description.clone(),
            revision: state.revision,
            annulled: state.annulled,
        }
    }

    /// How the auction was closed.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.log.iter().find_map(|event| match &event.change {
            Change::Closed(closing) => Some(closing.outcome),
            _ => None,
        })
    }

    /// The list of bids, oldest first; of a sealed auction its amounts, best first.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut struck: BTreeSet<EntryId> = BTreeSet::new();
        for event in &self.log {
            let seq = event.seq.unwrap_or_default();
            match &event.change {
                Change::BidPlaced { bids, .. } => rows.extend(bids.iter().map(|bid| Row {
                    bid_id: bid.bid_id,
                    seq,
                    bidder: bid.bidder,
                    amount: bid.amount,
                    automatic: bid.automatic,
                    voided: false,
                })),
                Change::Closed(closing) => rows.extend(closing.sealed.iter().map(|bid| Row {
                    bid_id: bid.bid_id,
                    seq,
                    bidder: bid.bidder,
                    amount: bid.amount,
                    automatic: false,
                    voided: false,
                })),
                Change::BidsVoided(voided) => struck.extend(&voided.bids),
                _ => {}
            }
        }
        for row in &mut rows {
            row.voided = struck.contains(&row.bid_id);
        }
        rows
    }
}
