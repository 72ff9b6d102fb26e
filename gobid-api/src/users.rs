//! Users: sign-up, login, profile.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// A CSRF token, bound to the session or to the anonymous visitor's cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsrfToken {
    /// What to send as `X-CSRF-Token`.
    pub csrf_token: String,
}

/// Who wants to sign up. A missing text counts as an empty one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// 3 to 50 letters, digits, `_`, `-` or `.`; unique without regard to case.
    #[serde(default)]
    pub user_name: String,
    /// Where to write to; unique.
    #[serde(default)]
    pub email: String,
    /// 8 to 128 characters of any script.
    #[serde(default)]
    pub password: String,
    /// Up to 255 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
}

/// A user was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCreated {
    /// The new user's id.
    pub user_id: UserId,
}

/// Who wants to log in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The e-mail signed up with.
    #[serde(default)]
    pub email: String,
    /// The password.
    #[serde(default)]
    pub password: String,
    /// Whether the session outlives a day without use.
    #[serde(default)]
    pub remember: bool,
}

/// The answer to a login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedIn {
    /// A sentence for people.
    pub message: String,
    /// Who is logged in.
    pub user_id: UserId,
    /// Under which name.
    pub user_name: String,
    /// The token of the new session; the one used for the login is void.
    pub csrf_token: String,
    /// Whether the password was good for this one login: it is to be changed now.
    #[serde(default)]
    pub must_change_password: bool,
}

/// An answer that is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The sentence.
    pub message: String,
}

/// The caller's own profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The user's id.
    pub user_id: UserId,
    /// The name others see.
    pub user_name: String,
    /// Seen by nobody else.
    pub email: String,
    /// What the user says of himself.
    pub bio: String,
    /// Whether the user is an admin.
    pub is_admin: bool,
    /// When the user signed up.
    pub created_at: Timestamp,
}
