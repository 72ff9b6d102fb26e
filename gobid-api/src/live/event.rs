//! The events of an auction's log.

use gobid_auction::EntryId;
use serde::{Deserialize, Serialize};

use crate::bids::BidRow;
use crate::{Decimal, Timestamp};

/// One event of an auction's log, the same on the socket and over REST.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionEvent {
    /// Its number: 1, 2, 3, … without a gap.
    pub seq: i64,
    /// When it was judged.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The auction opened.
    AuctionOpened,
    /// A bid was placed.
    BidPlaced {
        /// The public rows.
        bids: Vec<BidRow>,
        /// Who leads, by the name the public sees.
        leader: Option<String>,
        /// The price since.
        current_price: Option<Decimal>,
        /// Whether the end moved.
        extended: bool,
        /// The effective end since.
        auction_end: Timestamp,
    },
    /// The seller changed the reserve.
    ReserveChanged {
        /// Whether it is met; null without one, and before the close of a sealed auction.
        reserve_met: Option<bool>,
        /// The price since.
        current_price: Option<Decimal>,
    },
    /// The seller changed the description.
    DescriptionChanged {
        /// What it is since.
        description: String,
        /// The product's revision since.
        revision: i64,
    },
    /// An admin struck bids; price and leader are what the others lead to.
    BidsVoided {
        /// The rows that are struck, automatic answers included.
        bid_ids: Vec<EntryId>,
        /// Why.
        reason: String,
        /// Who leads since, by the name the public sees.
        leader: Option<String>,
        /// The price since.
        current_price: Option<Decimal>,
        /// Accepted bids since.
        bid_count: i64,
    },
    /// An admin moved the end later.
    AuctionExtended {
        /// The effective end since.
        auction_end: Timestamp,
        /// Why.
        reason: String,
    },
    /// An admin annulled the sale: outcome, winner and price stay in the record.
    SaleAnnulled {
        /// Why.
        reason: String,
    },
    /// The auction was called off.
    AuctionCancelled {
        /// Why.
        reason: String,
    },
    /// The auction closed.
    AuctionClosed {
        /// `sold` or `unsold`.
        outcome: String,
        /// Who won, by the name the public sees.
        winner: Option<String>,
        /// What the winner pays.
        hammer_price: Option<Decimal>,
        /// Why it was not sold: `no_bids` or `reserve_not_met`.
        reason: Option<String>,
        /// Of a sealed auction its best 100 amounts, best first; the rest is among the bids.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_bids: Option<Vec<SealedBidRow>>,
        /// Of a sealed auction how many amounts stood.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_bid_count: Option<i64>,
    },
    /// An event of a type this client does not know.
    #[serde(other)]
    Unknown,
}

/// An amount of a sealed auction, public since its close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedBidRow {
    /// The bid's id.
    pub bid_id: EntryId,
    /// Who bid, by the name the public sees.
    pub bidder: String,
    /// The amount.
    pub amount: Decimal,
}
