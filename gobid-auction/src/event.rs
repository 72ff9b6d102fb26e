//! What happened: the entries of an auction's log.

use crate::{Amount, EntryId, Outcome, Timestamp, UserId};

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
    /// A bid was accepted.
    BidPlaced {
        /// What was offered; of a firm bid, the bid itself.
        offer: Amount,
        /// The bidder's number in this auction.
        number: i64,
        /// The public rows, in order: the bid.
        bids: Vec<PlacedBid>,
        /// Whether the end was moved.
        extended: bool,
    },
    /// The auction closed.
    Closed(Outcome),
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
