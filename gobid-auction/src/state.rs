//! How an auction stands.

use std::fmt;
use std::str::FromStr;

use crate::{Amount, Timestamp, UnknownWord, UserId};

/// How things stand, after the last entry of the log.
#[derive(Clone, PartialEq, Eq)]
pub struct State {
    /// Where in its life the auction is.
    pub status: Status,
    /// The position of the last entry; 0 before the first.
    pub position: i64,
    /// The seq of the last event; 0 before the first.
    pub seq: i64,
    /// Who leads, or won. Nobody leads a sealed auction before its close.
    pub leader: Option<UserId>,
    /// The current price; of an auction that was sold, the hammer price. `None` while nobody leads.
    pub price: Option<Amount>,
    /// The most the leader pays. Secret while above the price.
    pub maximum: Option<Amount>,
    /// Below this nothing is sold. Secret.
    pub reserve: Option<Amount>,
    /// Whether the seller has changed the reserve after the first bid, and may not do so again.
    pub reserve_fixed: bool,
    /// Accepted public bids, neither automatic nor voided ones; of a sealed auction the amounts that
    /// stand, which is secret before the close.
    pub bid_count: i64,
    /// How many users have bid, voided or not. Of a sealed auction secret before the close.
    pub bidder_count: i64,
    /// The effective end.
    pub auction_end: Timestamp,
    /// Whether a purchase, a Dutch acceptance or a cancel brought the end forward.
    pub ended_early: bool,
    /// Whether the sale was annulled.
    pub annulled: bool,
    /// Raised by every edit of the seller's; 1 at first.
    pub revision: i64,
    /// The `at` of the last entry; of the creation before the first.
    pub last_at: Timestamp,
}

/// Where in its life an auction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It has not begun.
    Scheduled,
    /// It takes bids until its end.
    Open,
    /// It ended with a winner.
    Sold,
    /// It ended without one.
    Unsold,
    /// It was called off.
    Cancelled,
}

/// Without the maximum and the reserve, nor what a sealed auction counts: no log may hold them.
impl fmt::Debug for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("State")
            .field("status", &self.status)
            .field("position", &self.position)
            .field("seq", &self.seq)
            .field("leader", &self.leader)
            .field("price", &self.price)
            .field("auction_end", &self.auction_end)
            .field("ended_early", &self.ended_early)
            .field("annulled", &self.annulled)
            .field("revision", &self.revision)
            .field("last_at", &self.last_at)
            .finish_non_exhaustive()
    }
}

impl Status {
    /// Every status, in the order of an auction's life.
    pub const ALL: [Self; 5] =
        [Self::Scheduled, Self::Open, Self::Sold, Self::Unsold, Self::Cancelled];

    /// The word for it, on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::Sold => "sold",
            Self::Unsold => "unsold",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the auction has ended.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Sold | Self::Unsold | Self::Cancelled)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownWord)
    }
}
