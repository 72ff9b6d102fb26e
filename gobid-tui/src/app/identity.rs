//! Who is looking at the screen.

use gobid_api::UserId;
use gobid_api::client::safe_text;
use gobid_api::users::Profile;

use super::log::Tone;
use super::{App, Effect, Watch};
use crate::exit::Exit;

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

impl App {
    pub(super) fn identified(&mut self, user: Option<User>) -> Vec<Effect> {
        match user {
            Some(user) => {
                self.identity = Identity::User(user);
                self.forget_own_lists();
                self.play_anew();
            }
            None if self.replay.is_some() => self.identity = Identity::Nobody,
            None => return self.signed_out(),
        }
        Vec::new()
    }

    /// The server did not do what it was asked to. Whether that is because the session is over, it
    /// says when it is asked.
    pub(super) fn take_failure(&mut self, exit: Exit) -> Vec<Effect> {
        self.failed = Some(exit);
        let is_over = exit == Exit::NotLoggedIn && self.identity.user().is_some();
        is_over.then_some(Effect::Identify).into_iter().collect()
    }

    pub(super) fn logged_in(&mut self, user: User) -> Vec<Effect> {
        self.tell(Tone::Good, format!("logged in as {}", user.user_name));
        self.identity = Identity::User(user);
        self.form = None;
        self.forget_whose();
        Vec::new()
    }

    /// The session is over.
    pub(super) fn signed_out(&mut self) -> Vec<Effect> {
        if matches!(self.identity, Identity::User(_) | Identity::Asking) {
            let text = "signed out by the server";
            let text = self.advise(text, "<views.log-in> logs in again", "login logs in again");
            self.tell(Tone::Warning, text);
        }
        self.identity.sign_out();
        self.forget_whose();
        vec![Effect::ForgetSession]
    }

    /// Forgets what is one user's alone: somebody else may be looking.
    fn forget_whose(&mut self) {
        std::iter::once(&mut self.watch).chain(&mut self.beside).for_each(Watch::forget_whose);
        self.forget_own_lists();
    }
}
