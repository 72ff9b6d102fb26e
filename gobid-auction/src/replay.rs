//! What offers lead to in an English auction, one after the other (RULES.md §4).
//!
//! Judging a bid takes one step of it; a void replays the whole log without what is struck.

use std::collections::BTreeSet;

use crate::planted::{self, Bug};
use crate::{Amount, Auction, Change, EntryId, Event, Offered, Terms, UserId};

/// Who leads, up to how much, at which price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The leader.
    pub leader: UserId,
    /// The most the leader pays.
    pub maximum: Amount,
    /// The current price.
    pub price: Amount,
}

/// An entry of the log, as far as a replay needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its place in the log.
    pub position: i64,
    /// Its number among the events; `None` for a silent raise.
    pub seq: Option<i64>,
    /// Its id; of a bid, the bid's.
    pub entry_id: EntryId,
    /// What happened.
    pub change: PastChange,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastChange {
    /// A bid, or a silent raise.
    Bid {
        /// Who bid.
        bidder: UserId,
        /// The bidder's number in this auction.
        number: i64,
        /// What was offered.
        offer: Offered,
        /// The house's answer to it, and for whom it was given.
        automatic: Option<(EntryId, UserId)>,
    },
    /// The reserve was changed.
    Reserve {
        /// What it was.
        before: Option<Amount>,
        /// What it was since.
        reserve: Option<Amount>,
    },
    /// Bids were struck.
    Voided {
        /// The public rows that were struck, automatic answers included.
        bids: Vec<EntryId>,
        /// The entries that were struck, silent raises included.
        entries: Vec<EntryId>,
    },
}

/// Who leads an auction after its log, without the entries that are struck. The reserve that it has
/// now had another value before its changes, as the log says.
pub fn replay(auction: &Auction, log: &[Past], struck: &BTreeSet<EntryId>) -> Option<Lead> {
    let terms = &auction.terms;
    let first_change = log.iter().find_map(|past| match past.change {
        PastChange::Reserve { before, .. } => Some(before),
        _ => None,
    });
    let mut reserve = first_change.unwrap_or(auction.state.reserve);
    let mut lead = Leading(None);
    for past in log {
        match past.change {
            PastChange::Bid { bidder, offer, .. } if !struck.contains(&past.entry_id) => {
                lead = Leading(Some(lead.resolve(terms, reserve, bidder, offer)));
            }
            PastChange::Reserve { reserve: since, .. } => {
                reserve = since;
                lead = Leading(lead.0.map(|lead| lead.meeting(reserve)));
            }
            PastChange::Bid { .. } | PastChange::Voided { .. } => {}
        }
    }
    lead.0
}

/// Who leads, if anybody does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leading(Option<Lead>);

impl Past {
    /// What a replay needs of an event; `None` when that is nothing.
    pub fn of(event: &Event) -> Option<Self> {
        let change = match &event.change {
            Change::BidPlaced { offer, number, bids, .. } => {
                let answer = bids.iter().find(|bid| bid.automatic);
                let automatic = answer.map(|bid| (bid.bid_id, bid.bidder));
                PastChange::Bid { bidder: event.actor?, number: *number, offer: *offer, automatic }
            }
            Change::Raised { maximum, number } => PastChange::Bid {
                bidder: event.actor?,
                number: *number,
                offer: Offered::Maximum(*maximum),
                automatic: None,
            },
            Change::ReserveChanged { before, reserve } => {
                PastChange::Reserve { before: *before, reserve: *reserve }
            }
            Change::BidsVoided(voided) => {
                PastChange::Voided { bids: voided.bids.clone(), entries: voided.entries.clone() }
            }
            _ => return None,
        };
        let Event { position, seq, entry_id, .. } = *event;
        Some(Self { position, seq, entry_id, change })
    }
}

impl Lead {
    /// Who leads an auction.
    pub(crate) fn of(auction: &Auction) -> Leading {
        let state = &auction.state;
        Leading(match (state.leader, state.maximum, state.price) {
            (Some(leader), Some(maximum), Some(price)) => Some(Self { leader, maximum, price }),
            _ => None,
        })
    }

    /// The price is the reserve as soon as the leader's maximum reaches it.
    pub(crate) fn meeting(self, reserve: Option<Amount>) -> Self {
        let met = reserve.filter(|reserve| self.maximum >= *reserve);
        let met = met.filter(|_| !planted::is(Bug::ReserveJumpForgotten));
        Self { price: met.map_or(self.price, |reserve| reserve.max(self.price)), ..self }
    }
}

impl Leading {
    /// Who leads after one more offer. It is measured by no minimum, and the price never falls.
    pub(crate) fn resolve(
        self,
        terms: &Terms,
        reserve: Option<Amount>,
        bidder: UserId,
        offer: Offered,
    ) -> Lead {
        let (offered, is_maximum) = (offer.amount(), offer.is_maximum());
        let step_above = |amount| terms.increment.above(amount).unwrap_or(Amount::MAX);
        // A planted bug begins a step higher, or lets the later of two equal offers lead.
        let begun = |bug, amount| if planted::is(bug) { step_above(amount) } else { amount };
        let is_tie_lost = !planted::is(Bug::TieToTheLater);
        let lead = match self.0 {
            None => {
                let price = if is_maximum { terms.baseprice } else { offered };
                Lead { leader: bidder, maximum: offered, price }
            }
            Some(lead) if lead.leader == bidder => {
                Lead { maximum: lead.maximum.max(offered), ..lead }
            }
            Some(lead) if offered < lead.maximum || (offered == lead.maximum && is_tie_lost) => {
                let dearer = begun(Bug::FirmLosesDearer, offered);
                let answered = if is_maximum { offered } else { dearer };
                let answer = lead.maximum.min(step_above(answered));
                Lead { price: answer.max(lead.price), ..lead }
            }
            Some(lead) => {
                let beaten = begun(Bug::TwoStepsAhead, lead.maximum);
                let needed = if is_maximum { offered.min(step_above(beaten)) } else { offered };
                Lead { leader: bidder, maximum: offered, price: needed.max(lead.price) }
            }
        };
        lead.meeting(reserve)
    }
}
