//! The events of an auction's log.

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
    /// The auction closed.
    AuctionClosed {
        /// `sold` or `unsold`.
        outcome: String,
        /// Who won, by the name the public sees.
        winner: Option<String>,
        /// What the winner pays.
        hammer_price: Option<Decimal>,
        /// Why it was not sold.
        reason: Option<String>,
    },
    /// An event of a type this client does not know.
    #[serde(other)]
    Unknown,
}
