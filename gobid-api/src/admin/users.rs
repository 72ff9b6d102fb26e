//! What admins do about users.

use serde::{Deserialize, Serialize};

use crate::{ProductId, Timestamp, UserId};

/// A user, as an admin sees him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// The user's id.
    pub user_id: UserId,
    /// The name others see.
    pub user_name: String,
    /// Where to write to.
    pub email: String,
    /// What the user says of himself.
    pub bio: String,
    /// Whether the user is an admin.
    pub is_admin: bool,
    /// Since when the user is suspended; null when he is not.
    pub suspended_at: Option<Timestamp>,
    /// When the user signed up.
    pub created_at: Timestamp,
}

/// A user whom an admin makes. A missing text counts as an empty one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUserByAdmin {
    /// 3 to 50 letters, digits, `_`, `-` or `.`; unique without regard to case.
    #[serde(default)]
    pub user_name: String,
    /// Where to write to; unique.
    #[serde(default)]
    pub email: String,
    /// 8 to 128 characters of any script; a one-time password is made when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Up to 255 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
}

/// A user was made by an admin.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserMade {
    /// The new user's id.
    pub user_id: UserId,
    /// The one-time password, when none was given. A secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_time_password: Option<String>,
}

/// A one-time password: good for one login, after which its user sets his own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimePassword {
    /// The password. A secret.
    pub one_time_password: String,
}

/// Why a user is suspended, and what becomes of his bids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Why, in 1 to 500 characters; everybody sees it with the bids that are struck.
    #[serde(default)]
    pub reason: String,
    /// Whether his bids in open auctions are struck.
    #[serde(default)]
    pub void_open: bool,
}

/// A user is suspended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    /// Since when.
    pub suspended_at: Timestamp,
    /// In how many auctions bids were struck.
    pub voided: u32,
    /// In how many that could not be done now: suspend again to go on.
    pub not_voided: u32,
    /// The open auctions in which bids of his still stand, at most 100.
    #[serde(default)]
    pub open_auctions: Vec<ProductId>,
}

impl std::fmt::Debug for UserMade {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("UserMade").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for OneTimePassword {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("OneTimePassword(…)")
    }
}
