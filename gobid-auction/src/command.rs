//! What somebody, or the closer, wants of an auction.

use crate::{Decimal, EntryId, Timestamp, UserId};

/// One command to one auction, with the ids that its entries will have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The ids of the entries it may lead to; the same in every attempt.
    pub ids: EntryIds,
    /// What is to be done.
    pub action: Action,
}

/// The ids of the entries that a command may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryIds {
    /// Of the entry the command is about: the bid, the opening, the closing.
    pub own: EntryId,
    /// Of an opening that was due and is judged first.
    pub opening: EntryId,
}

/// What a command is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Place a bid.
    Bid(Bid),
    /// Open an auction whose start has come.
    Open,
    /// Close an auction whose end and [`Auction::SETTLE`](crate::Auction::SETTLE) have passed.
    Close,
}

/// A bid, with what is known of its bidder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bid {
    /// Who bids.
    pub bidder: UserId,
    /// The bidder's number in this auction, when an earlier bid gave one.
    pub number: Option<i64>,
    /// What is offered.
    pub offer: Offer,
    /// The current price that the bidder wants to bid at, and at no other.
    pub expected_price: Option<Decimal>,
    /// The moment from which on the bid is not wanted any more.
    pub not_after: Option<Timestamp>,
}

/// What a bid offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Exactly this amount, now.
    Firm(Decimal),
}

impl Offer {
    /// The amount offered, as it was written.
    pub const fn decimal(self) -> Decimal {
        match self {
            Self::Firm(amount) => amount,
        }
    }
}
