//! What a user has: a password, sessions, API tokens, bids and a watchlist.

use gobid_auction::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::products::{ProductView, YourStatus};
use crate::text::AmountText;
use crate::{ProductId, Timestamp};

/// Another password. A missing text counts as an empty one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password there is.
    #[serde(default)]
    pub current_password: String,
    /// 8 to 128 characters of any script.
    #[serde(default)]
    pub new_password: String,
}

/// The password was changed: all other sessions have ended, and this one has a new cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// A sentence for people.
    pub message: String,
    /// The CSRF token of the new session.
    pub csrf_token: String,
}

/// A login, on some device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Its id, by which it can be ended.
    pub session_id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What the program that logged in calls itself; null when it did not say.
    pub device: Option<String>,
    /// From where it logged in; null of a session of an older server.
    pub address: Option<String>,
    /// When it logged in.
    pub since: Timestamp,
    /// When it was last used, to within five minutes.
    pub last_seen_at: Timestamp,
    /// When it ends, used or not.
    pub expires_at: Timestamp,
    /// Whether it outlives a day without use.
    pub remember: bool,
    /// Its sockets that are open on the server that answers, oldest first.
    pub sockets: Vec<SocketView>,
}

/// An open socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketView {
    /// The product it watches.
    pub product_id: ProductId,
    /// What the program at the other end calls itself; null when it did not say.
    pub device: Option<String>,
    /// From where it was opened.
    pub address: String,
    /// When it was opened.
    pub since: Timestamp,
}

/// What an API token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To read what is its owner's.
    Read,
    /// To bid and buy.
    Bid,
    /// To sell.
    Sell,
    /// To do what its owner may do as an admin.
    Admin,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Read, Self::Bid, Self::Sell, Self::Admin];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Bid => "bid",
            Self::Sell => "sell",
            Self::Admin => "admin",
        }
    }
}

/// An API token to be made. A missing text counts as an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What its owner knows it by, in 1 to 100 characters.
    #[serde(default)]
    pub name: String,
    /// What it may be used for: some of `read`, `bid`, `sell`, `admin`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// When it ends, RFC 3339, within a year; in 90 days when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The most that any single offer may be; needs a currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_offer: Option<AmountText>,
    /// The currency of that, ISO 4217. An offer in another one is above the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// An API token was made. Nobody is shown it again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCreated {
    /// What to send as `Authorization: Bearer …`. A secret.
    pub token: String,
    /// What there is to know of it.
    #[serde(flatten)]
    pub view: TokenView,
}

impl std::fmt::Debug for TokenCreated {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("TokenCreated").field("view", &self.view).finish_non_exhaustive()
    }
}

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// Its id, by which it can be revoked.
    pub token_id: Uuid,
    /// What its owner knows it by.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to within five minutes; null when it never was.
    pub last_used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The most that any single offer may be; null without a limit.
    pub max_offer: Option<Decimal>,
    /// The currency of that.
    pub currency: Option<String>,
    /// Its sockets that are open at the server that was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sockets: Vec<SocketView>,
}

/// An auction that a user has bid in, and how he stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyBid {
    /// `leading`, `outbid`, `won`, `lost`, or `none` when nothing of it stands or the auction was
    /// cancelled; null in a sealed auction that is open.
    pub my_status: Option<YourStatus>,
    /// The most that was offered, when that was firm or sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// The most that was offered, when that was a maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<Decimal>,
    /// The product and its auction; for its bidder with `you`.
    pub product: ProductView,
}

/// A product on the watchlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The product.
    pub product_id: ProductId,
    /// Since when it is there.
    pub since: Timestamp,
}
