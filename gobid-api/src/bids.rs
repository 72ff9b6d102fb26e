//! Bids: what is sent, what comes back, and the rows the public sees.

use serde::{Deserialize, Serialize};

use crate::text::AmountText;
use crate::{Decimal, ProductId, Timestamp};

/// A bid over REST, an amount or a maximum; its request id is the header `Idempotency-Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBid {
    /// A firm bid: exactly this amount. In a Dutch auction the highest price that is agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
    /// A maximum: the house bids for the bidder, as little as needed, up to this secret amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<AmountText>,
    /// The current price the bidder wants to bid at, and at no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_price: Option<AmountText>,
    /// A moment of the server's time, RFC 3339, after which the bid is not judged any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
}

/// A purchase at the buy-now price; its request id is the header `Idempotency-Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPurchase {
    /// A moment of the server's time, RFC 3339, after which the purchase is not judged any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
}

/// What became of an accepted bid, as it stood right after it; the same for every repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidResult {
    /// The bid's id.
    pub bid_id: gobid_auction::EntryId,
    /// The product bid on.
    pub product_id: ProductId,
    /// The number of the event, or of the last one before a bid that nobody else sees.
    pub seq: i64,
    /// What was bid, when it was firm, sealed or a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// What was bid, when it was a maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<Decimal>,
    /// Whether the bidder led after it; null in a sealed auction.
    pub leading: Option<bool>,
    /// The price after it.
    pub current_price: Option<Decimal>,
    /// The lowest bid above it; null where no legal amount is left.
    pub minimum_next_bid: Option<Decimal>,
    /// The effective end after it.
    pub auction_end: Timestamp,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// The answer to a bid over REST.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidAnswer {
    /// What became of it.
    #[serde(flatten)]
    pub result: BidResult,
    /// The key it was sent with, or the one the server made.
    pub idempotency_key: gobid_auction::RequestId,
}

/// One bid as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidRow {
    /// The bid's id.
    pub bid_id: gobid_auction::EntryId,
    /// The number of the event it belongs to.
    pub seq: i64,
    /// When it was judged.
    pub at: Timestamp,
    /// Who bid, by the name the public sees.
    pub bidder: String,
    /// The price it set.
    pub amount: Decimal,
    /// Whether the house placed it for the bidder.
    pub automatic: bool,
    /// Whether an admin struck it.
    pub voided: bool,
}
