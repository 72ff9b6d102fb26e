//! What happened: the entries of an auction's log.

use crate::{Amount, Closing, EntryId, Timestamp, UserId};

/// One entry of the log, with its full outcome: whoever applies it judges nothing again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The entry's id; of a bid, the bid's.
    pub entry_id: EntryId,
    /// Its place in the log: 1, 2, 3, … over all entries.
    pub position: i64,
    /// Its number among the events that the public sees; `None` for an entry it does not see.
    pub seq: Option<i64>,
    /// When the command that led to it was received.
    pub received_at: Timestamp,
    /// When it was judged; never before an earlier entry of the same log.
    pub at: Timestamp,
    /// Whose command it was; `None` for the house.
    pub actor: Option<UserId>,
    /// What happened.
    pub change: Change,
    /// What holds since.
    pub after: After,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The auction opened.
    Opened,
    /// A bid was accepted that the public sees, or a purchase.
    BidPlaced {
        /// What was offered.
        offer: Offered,
        /// The bidder's number in this auction.
        number: i64,
        /// The public rows, in order: the bid, and the house's automatic answer to it.
        bids: Vec<PlacedBid>,
        /// Whether the end was moved.
        extended: bool,
    },
    /// The leader raised his maximum. Nobody else sees it.
    Raised {
        /// The maximum since.
        maximum: Amount,
        /// The bidder's number in this auction.
        number: i64,
    },
    /// A sealed amount was given, or raised. Nobody else sees it.
    SealedBidPlaced {
        /// The amount.
        amount: Amount,
        /// The bidder's number in this auction.
        number: i64,
        /// Whether the bidder had none that stood.
        is_first: bool,
    },
    /// The seller changed the description.
    DescriptionChanged {
        /// What it is since.
        description: String,
    },
    /// The seller changed the reserve. Both amounts are secret.
    ReserveChanged {
        /// What it was.
        before: Option<Amount>,
        /// What it is since.
        reserve: Option<Amount>,
    },
    /// An admin struck bids.
    BidsVoided(Voided),
    /// An admin struck a sealed amount. Nobody but its owner sees it.
    SealedBidVoided {
        /// Whose amount.
        bidder: UserId,
        /// The bidder's number in this auction.
        number: i64,
        /// Why.
        reason: String,
    },
    /// An admin moved the end later.
    Extended {
        /// Why.
        reason: String,
    },
    /// An admin annulled the sale.
    Annulled {
        /// Why.
        reason: String,
    },
    /// The auction was called off.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// The auction closed.
    Closed(Closing),
}

/// What was offered, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// Exactly this amount.
    Firm(Amount),
    /// Up to this amount. Secret while above the price.
    Maximum(Amount),
    /// The buy-now price.
    Purchase(Amount),
}

/// A bid as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedBid {
    /// The bid's id.
    pub bid_id: EntryId,
    /// Who bid, or for whom the house did.
    pub bidder: UserId,
    /// The price it set.
    pub amount: Amount,
    /// Whether the house placed it for the bidder.
    pub automatic: bool,
}

/// Bids that were struck, all of one bidder, with the automatic answers that fall with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voided {
    /// Whose bids.
    pub bidder: UserId,
    /// The bidder's number in this auction.
    pub number: i64,
    /// The public rows that are struck, automatic answers included, in the order of the log.
    pub bids: Vec<EntryId>,
    /// The bidder's entries that are struck, silent raises included. The latter are secret.
    pub entries: Vec<EntryId>,
    /// By how many the count of bids falls.
    pub count: i64,
    /// The highest offer of the bidder's that still stands. Secret.
    pub standing: Option<Offered>,
    /// Why.
    pub reason: String,
}

/// What holds after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Who leads, or won.
    pub leader: Option<UserId>,
    /// The current price; `None` while nobody leads.
    pub price: Option<Amount>,
    /// The most the leader pays; of a firm bid, the bid itself. Secret while above the price.
    pub maximum: Option<Amount>,
    /// The minimum next bid; `None` where no legal amount is left.
    pub minimum: Option<Amount>,
    /// The effective end.
    pub auction_end: Timestamp,
}

impl Offered {
    /// The amount.
    pub const fn amount(self) -> Amount {
        match self {
            Self::Firm(amount) | Self::Maximum(amount) | Self::Purchase(amount) => amount,
        }
    }

    /// Whether it ends the auction.
    pub const fn is_purchase(self) -> bool {
        matches!(self, Self::Purchase(_))
    }

    /// Whether it is a maximum, which its owner alone sees.
    pub const fn is_maximum(self) -> bool {
        matches!(self, Self::Maximum(_))
    }
}
