//! What admins do, and what they read.

mod users;

use gobid_auction::EntryId;
use serde::{Deserialize, Serialize};

use crate::{Decimal, ProductId, RequestId, Timestamp, UserId};

pub use users::{NewUserByAdmin, OneTimePassword, Suspended, Suspension, UserMade, UserRow};

/// Another end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The end there is to be, RFC 3339: later than the one there is.
    #[serde(default)]
    pub auction_end: String,
    /// Why, in 1 to 500 characters; everybody sees it.
    #[serde(default)]
    pub reason: String,
}

/// Whose bids are to be struck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoidBidder {
    /// The bidder.
    pub user_id: UserId,
    /// Why, in 1 to 500 characters; everybody sees it.
    #[serde(default)]
    pub reason: String,
}

/// An entry of a product's log, as an admin sees it. What is secret is here only
/// after the close; of an auction that was cancelled, never.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRow {
    /// Its place in the log.
    pub position: i64,
    /// Its number among the events; null for an entry that the public does not see.
    pub seq: Option<i64>,
    /// Its id; of a bid, the bid's.
    pub entry_id: EntryId,
    /// What happened: `opened`, `bid_placed`, `raised`, `sealed_bid_placed`, `description_changed`,
    /// `reserve_changed`, `bids_voided`, `sealed_bid_voided`, `extended`, `annulled`, `cancelled`
    /// or `closed`.
    pub kind: String,
    /// Whose command it was; null for the house.
    pub user: Option<LogUser>,
    /// What the command was named by.
    pub request_id: Option<RequestId>,
    /// When the command was received, which decides whether it came in time.
    pub received_at: Timestamp,
    /// When it was judged.
    pub at: Timestamp,
    /// Who leads since.
    pub leader: Option<UserId>,
    /// The price since.
    pub current_price: Option<Decimal>,
    /// The effective end since.
    pub auction_end: Timestamp,
    /// What was offered: of a firm bid at once, of a maximum or a sealed amount after the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Decimal>,
    /// The most the leader would pay since; after the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Decimal>,
    /// The reserve before this entry changed it; after the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_before: Option<Decimal>,
    /// The reserve since this entry changed it, and of a closing the one in force; after the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_price: Option<Decimal>,
    /// Whose bids were struck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bidder: Option<UserId>,
    /// Why a sealed amount was struck; whatever else has a reason has an event that tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The event, as everybody saw it; null when nobody did.
    pub event: Option<serde_json::Value>,
}

/// A user in a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogUser {
    /// The user.
    pub user_id: UserId,
    /// The user's name.
    pub user_name: String,
}

/// Something that an admin did, or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its id, a `UUIDv7`: they sort by time.
    pub audit_id: uuid::Uuid,
    /// When.
    pub at: Timestamp,
    /// Which admin.
    pub admin: LogUser,
    /// What: `cancel`, `extend`, `annul`, `void_bid`, `void_bidder`, `read_log`; of a user
    /// `create_user`, `suspend`, `reinstate`, `make_admin`, `remove_admin`, `reset_password`,
    /// `create_token`, `read_sessions`, `read_bids`.
    pub action: String,
    /// Of which product.
    pub product_id: Option<ProductId>,
    /// Of which user.
    #[serde(default)]
    pub user: Option<LogUser>,
    /// The reason that was given, or what else there is to say.
    pub detail: Option<String>,
}
