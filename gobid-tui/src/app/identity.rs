//! Who is looking at the screen.

use gobid_api::UserId;
use gobid_api::client::safe_text;
use gobid_api::users::Profile;

/// Who is looking, to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// Nobody is logged in.
    #[default]
    Nobody,
    /// There is a credential, and the server has not yet said whose.
    Asking,
    /// A user is logged in.
    User(User),
    /// A user was logged in until the server ended the session.
    SignedOut(User),
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub user_id: UserId,
    /// The name others see.
    pub user_name: String,
    /// The e-mail.
    pub email: String,
}

impl Identity {
    /// Who is logged in.
    pub const fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) => Some(user),
            Self::Nobody | Self::Asking | Self::SignedOut(_) => None,
        }
    }

    /// The e-mail that the next login will most likely be with.
    pub fn last_email(&self) -> String {
        match self {
            Self::User(user) | Self::SignedOut(user) => user.email.clone(),
            Self::Nobody | Self::Asking => String::new(),
        }
    }

    /// The server ended the session.
    pub fn sign_out(&mut self) {
        *self = match std::mem::take(self) {
            Self::User(user) | Self::SignedOut(user) => Self::SignedOut(user),
            Self::Nobody | Self::Asking => Self::Nobody,
        };
    }
}

impl From<Profile> for User {
    fn from(profile: Profile) -> Self {
        Self {
            user_id: profile.user_id,
            user_name: safe_text(&profile.user_name),
            email: safe_text(&profile.email),
        }
    }
}
