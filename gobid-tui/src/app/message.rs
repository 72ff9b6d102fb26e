//! What comes in and what is to be done.

use crossterm::event::{KeyEvent, MouseEvent};
use gobid_api::client::FeedEvent;
use gobid_api::live::{AuctionEvent, ClientFrame};
use gobid_api::products::ProductView;
use gobid_api::{ProductId, RequestId, UserId};

use super::browse::{Asked, Row};
use super::notices::Happening;
use super::{Secret, User};
use crate::exit::Exit;

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
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has got the focus, or lost it.
    Focus(bool),
    /// The feed of an auction told something.
    Feed(ProductId, FeedEvent),
    /// Events that the feed had left out, oldest first; and those after which could not be read.
    Missed(ProductId, Vec<AuctionEvent>, Option<i64>),
    /// A page of a list came, or why it did not.
    Listed(Asked, Result<Vec<Row>, String>, Vec<Option<String>>),
    /// The server did not do what it was asked to; what is said of it comes after this.
    Failed(Exit),
    /// The watchlist was changed as it was to be, or why it was not.
    Watchlisted(ProductId, bool, Option<String>),
    /// Something was done beside, and this is to be said of it.
    Done(String),
    /// There was no line to send a bid on.
    NotSent(ProductId, RequestId),
    /// The server said who is logged in; `None` when nobody is.
    Identified(Option<User>),
    /// A login or a sign-up succeeded.
    LoggedIn(User),
    /// A login or a sign-up was refused.
    LoginRefused(Vec<String>),
    /// The product as this user sees it after a sale; `None` when that could not be learnt.
    AfterSale(ProductId, UserId, Option<Box<ProductView>>),
    /// Something went wrong that the person should know of.
    Trouble(String),
    /// Time has passed.
    Tick,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a copy of a bid or purchase.
    Send(ProductId, ClientFrame),
    /// Follow another auction.
    Follow(ProductId),
    /// Follow an auction no more.
    Unfollow(ProductId),
    /// Connect to an auction anew, at once.
    Reconnect(ProductId),
    /// Read a page of a list.
    List(Asked),
    /// Read the events of an auction that its feed left out: those after one of them.
    ReadMissed(ProductId, i64),
    /// Put an auction on the watchlist, or take it off.
    Watchlist(ProductId, bool),
    /// Ring the bell, and notify whoever does not look.
    Notify(String),
    /// Run the command that the configuration has for what happened.
    Hook(Happening),
    /// Put a text into the clipboard of the terminal.
    Copy(String),
    /// Open an address in the browser.
    Browse(String),
    /// Read all bids of an auction and write them to a file.
    Export(ProductId, ExportAs),
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
    AskAfterSale(ProductId, UserId),
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

/// How bids are written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportAs {
    /// Both of the following.
    Bids,
    /// A line for each, with commas.
    Csv,
    /// A JSON array.
    Json,
    /// Not bids alone but everything that happened, to be played again.
    Replay,
}
