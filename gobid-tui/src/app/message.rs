//! What comes in and what is to be done.

use crossterm::event::KeyEvent;
use gobid_api::client::FeedEvent;
use gobid_api::live::ClientFrame;
use gobid_api::products::ProductView;
use gobid_api::{RequestId, UserId};

use super::{Secret, User};

/// What came in.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// A command was typed as words, where there is no screen.
    Words(String),
    /// The terminal has another size.
    Resize(u16, u16),
    /// The feed told something.
    Feed(FeedEvent),
    /// There was no line to send a bid on.
    NotSent(RequestId),
    /// The server said who is logged in; `None` when nobody is.
    Identified(Option<User>),
    /// A login or a sign-up succeeded.
    LoggedIn(User),
    /// A login or a sign-up was refused.
    LoginRefused(Vec<String>),
    /// The product as this user sees it after a sale; `None` when that could not be learnt.
    AfterSale(UserId, Option<Box<ProductView>>),
    /// Something went wrong that the person should know of.
    Trouble(String),
    /// Time has passed.
    Tick,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a copy of a bid or purchase.
    Send(ClientFrame),
    /// Connect anew, at once.
    Reconnect,
    /// Log in.
    LogIn {
        /// With this e-mail.
        email: String,
        /// And this password.
        password: Secret,
    },
    /// Make a user, and log in.
    SignUp {
        /// The name others will see.
        user_name: String,
        /// The e-mail.
        email: String,
        /// The password.
        password: Secret,
    },
    /// Ask the server who is logged in.
    Identify,
    /// Ask the server for the product as this user sees it after a sale.
    AskAfterSale(UserId),
    /// The session is over: forget it.
    ForgetSession,
    /// Suspend the program.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Leave.
    Quit,
    /// Leave at once, as after an interrupt.
    Interrupt,
}
