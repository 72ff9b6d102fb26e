//! The part of a product that events change, and the bids.

use std::str::FromStr;

use gobid_api::bids::BidRow;
use gobid_api::client::safe_text;
use gobid_api::live::ProductChange;
use gobid_api::{Amount, Currency, Timestamp};
use uuid::Uuid;

use super::product::{Unreadable, amount, optional};

/// The part of a product that events change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where in its life the auction is.
    pub phase: Phase,
    /// What the leader would pay now; of an open Dutch auction see
    /// [`Product::price_at`](super::Product::price_at).
    pub price: Option<Amount>,
    /// The lowest next bid; `None` where no legal amount is left.
    pub minimum: Option<Amount>,
    /// Accepted bids; `None` while they are secret.
    pub bid_count: Option<i64>,
    /// How many users have bid; `None` while that is secret.
    pub bidder_count: Option<i64>,
    /// Who leads, by the name the public sees.
    pub leader: Option<String>,
    /// The effective end.
    pub end: Timestamp,
    /// Whether the reserve is met; `None` without one, and while that is secret.
    pub reserve_met: Option<bool>,
    /// Whether the buy-now price can be paid.
    pub buy_now_available: bool,
}

/// Where in its life an auction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It has not begun.
    Scheduled,
    /// It takes bids.
    Open,
    /// It ended with a winner.
    Sold,
    /// It ended without one.
    Unsold,
    /// It was called off.
    Cancelled,
}

/// One bid, as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bid {
    /// Its id.
    pub id: Uuid,
    /// The number of the event that told it.
    pub seq: i64,
    /// When it was judged.
    pub at: Timestamp,
    /// Who bid.
    pub bidder: String,
    /// The price it set; in a sealed auction what it offered.
    pub amount: Amount,
    /// Whether the house placed it for the bidder.
    pub automatic: bool,
    /// Whether an admin struck it.
    pub voided: bool,
}

impl Standing {
    /// Reads what holds after an event.
    pub fn read(change: &ProductChange, currency: Currency) -> Result<Self, Unreadable> {
        Ok(Self {
            phase: change.status.parse()?,
            price: optional(change.current_price, currency)?,
            minimum: optional(change.minimum_next_bid, currency)?,
            bid_count: change.bid_count,
            bidder_count: change.bidder_count,
            leader: change.leader.as_deref().map(safe_text),
            end: change.auction_end,
            reserve_met: change.reserve_met,
            buy_now_available: change.buy_now_available,
        })
    }
}

impl FromStr for Phase {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match text {
            "scheduled" => Ok(Self::Scheduled),
            "open" => Ok(Self::Open),
            "sold" => Ok(Self::Sold),
            "unsold" => Ok(Self::Unsold),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(Unreadable("a status")),
        }
    }
}

impl Bid {
    /// Reads a row.
    pub fn read(row: &BidRow, currency: Currency) -> Result<Self, Unreadable> {
        Ok(Self {
            id: row.bid_id,
            seq: row.seq,
            at: row.at,
            bidder: safe_text(&row.bidder),
            amount: amount(row.amount, currency)?,
            automatic: row.automatic,
            voided: row.voided,
        })
    }
}
