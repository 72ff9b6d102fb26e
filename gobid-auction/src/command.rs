//! What somebody, or the closer, wants of an auction.

use crate::{Amount, Currency, Decimal, EntryId, Past, SealedBid, Timestamp, UserId};

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
    /// Of an opening that was due and is judged first.
    pub opening: EntryId,
    /// Of the entry the command is about: the bid, the opening, the closing, the first of an edit.
    pub own: EntryId,
    /// Of what follows from it: the closing after a purchase, the second of an edit, and of the
    /// house's automatic answer, which is a bid and no entry.
    pub second: EntryId,
}

/// What a command is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Place a bid, or buy.
    Bid(Bid),
    /// What a seller or an admin orders.
    Order(Actor, Order),
    /// Open an auction whose start has come.
    Open,
    /// Close an auction whose end and [`Auction::SETTLE`](crate::Auction::SETTLE) have passed; of a
    /// sealed auction with its best amounts, best first, two of them at least when there are two.
    Close(Vec<SealedBid>),
}

/// A bid, with what is known of its bidder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bid {
    /// Who bids.
    pub bidder: UserId,
    /// The bidder's number in this auction, when an earlier bid gave one.
    pub number: Option<i64>,
    /// The bidder's amount that stands in this sealed auction.
    pub sealed: Option<Amount>,
    /// What is offered.
    pub offer: Offer,
    /// The current price that the bidder wants to bid at, and at no other.
    pub expected_price: Option<Decimal>,
    /// The moment from which on the bid is not wanted any more.
    pub not_after: Option<Timestamp>,
    /// The most that whoever sent the bid may offer.
    pub cap: Option<SpendingCap>,
}

/// What a bid offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Exactly this amount, now; in a Dutch auction, the highest price that is agreed to.
    Firm(Decimal),
    /// Up to this amount, as little as needed. Secret.
    Maximum(Decimal),
    /// The buy-now price.
    BuyNow,
}

/// The most that any single offer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendingCap {
    /// The amount.
    pub max_offer: Amount,
    /// Its currency: an offer in another one is above it.
    pub currency: Currency,
}

/// Who gives an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user_id: UserId,
    /// Whether the user is an admin.
    pub is_admin: bool,
}

/// What a seller or an admin orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The seller changes the product.
    Edit {
        /// The description there is to be, when it is not the one that is there: the state does not
        /// hold it.
        description: Option<String>,
        /// What is to become of the reserve.
        reserve: Option<ReserveEdit>,
        /// The revision that the edit is meant for.
        revision: Option<i64>,
    },
    /// The seller or an admin calls the auction off.
    Cancel {
        /// Why; everybody sees it.
        reason: String,
    },
    /// An admin moves the end later.
    Extend {
        /// The new end.
        auction_end: Timestamp,
        /// Why; everybody sees it.
        reason: String,
    },
    /// An admin annuls the sale.
    Annul {
        /// Why; everybody sees it.
        reason: String,
    },
    /// An admin strikes bids.
    Void {
        /// Which.
        target: VoidTarget,
        /// Why; everybody sees it.
        reason: String,
        /// The log of bids, as far as the auction's position.
        log: Vec<Past>,
    },
}

/// What is to become of a reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReserveEdit {
    /// It is to be this amount.
    Set(Decimal),
    /// There is to be none.
    Remove,
}

/// Which bids are to be struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoidTarget {
    /// One public bid.
    Bid(EntryId),
    /// All bids of a bidder. In a sealed auction, whether he has an amount that stands.
    Bidder {
        /// The bidder.
        user_id: UserId,
        /// His amount that stands in a sealed auction.
        sealed: Option<Amount>,
        /// His number, when he has ever bid.
        number: Option<i64>,
    },
}

impl Offer {
    /// The amount offered, as it was written; a purchase names none.
    pub const fn decimal(self) -> Option<Decimal> {
        match self {
            Self::Firm(amount) | Self::Maximum(amount) => Some(amount),
            Self::BuyNow => None,
        }
    }

    /// The field of the wire that the amount stands in.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Firm(_) | Self::BuyNow => "amount",
            Self::Maximum(_) => "max_amount",
        }
    }
}
